import type { ChatCompletionChunk } from '@mlc-ai/web-llm';
import { EnvironmentError } from '../../errors.ts';
import type { Engine, Finish, GenerateRequest, ModelInfo, TokenEvent, TokenLogprob } from '../engine.ts';
import { StopStrings } from '../logits/stop-strings.ts';
import { Turns } from '../logits/turns.ts';
import { ofMlc } from './mlc-error.ts';
import { toWebLlm } from './mlc-request.ts';
import type { WebLlmModel } from './web-llm.ts';

/** A model that web-llm runs. Choices are drawn one after the other, for it streams one at a time. */
export class MlcEngine implements Engine {
  readonly info: ModelInfo;
  readonly #model: WebLlmModel;
  readonly #turns = new Turns();
  readonly #onLost: () => void;

  /** @param onLost called when the model is gone with its device. */
  constructor(model: WebLlmModel, info: ModelInfo, onLost: () => void) {
    this.#model = model;
    this.info = info;
    this.#onLost = onLost;
  }

  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<TokenEvent, void> {
    const requests = Array.from({ length: request.choices }, (_, choice) => {
      return toWebLlm(request, choice, this.info.controlTokens);
    });
    const endTurn = await this.#turns.take(signal);
    const interrupt = () => void this.#model.interruptGenerate();
    signal.addEventListener('abort', interrupt);
    try {
      for (const [choice, asked] of requests.entries()) {
        const chunks = await this.#model.chatCompletion(asked);
        yield* this.#choice(chunks, choice, request, signal);
      }
    } catch (error) {
      signal.throwIfAborted();
      const ours = ofMlc(error, this.info.id);
      if (ours instanceof EnvironmentError && ours.code === 'device_lost') this.#onLost();
      throw ours;
    } finally {
      signal.removeEventListener('abort', interrupt);
      endTurn();
    }
  }

  /** Leaving the chunks early makes web-llm stop. */
  async *#choice(
    chunks: AsyncIterable<ChatCompletionChunk>,
    choice: number,
    { stop }: GenerateRequest,
    signal: AbortSignal,
  ): AsyncGenerator<TokenEvent, void> {
    const stops = new StopStrings(stop);
    const usage = { promptTokens: 0, cachedTokens: 0, completionTokens: 0 };
    let pieces = 0;
    let reason: Finish['reason'] | undefined;
    let stopped = false;
    for await (const { choices, usage: told } of chunks) {
      signal.throwIfAborted();
      if (told) {
        usage.promptTokens = told.prompt_tokens;
        usage.completionTokens = told.completion_tokens;
      }
      const [chunk] = choices;
      if (stopped || !chunk) continue; // to the usage at the end
      if (chunk.finish_reason) reason = chunk.finish_reason === 'length' ? 'length' : 'stop';
      const { content } = chunk.delta;
      if (typeof content !== 'string') continue;
      pieces++;
      const { text, stopped: found } = stops.push(content);
      yield { type: 'token', choice, text, ...logprobsOf(chunk) };
      stopped = found;
      if (stopped) await this.#model.interruptGenerate();
    }
    if (reason === undefined && !stopped) throw new EnvironmentError('web-llm ended without a reason.', 'device_lost');
    // What was computed behind a stop string is not part of the answer.
    if (stopped || usage.completionTokens === 0) usage.completionTokens = pieces;
    const text = stopped ? '' : stops.flush();
    yield { type: 'finish', choice, reason: stopped ? 'stop' : (reason ?? 'stop'), text, usage };
  }

  async dispose(): Promise<void> {
    await this.#model.unload();
  }
}

function logprobsOf({ logprobs }: ChatCompletionChunk.Choice): {
  logprob?: TokenLogprob;
  topLogprobs?: readonly TokenLogprob[];
} {
  const [drawn] = logprobs?.content ?? [];
  if (!drawn) return {};
  return { logprob: toLogprob(drawn), topLogprobs: drawn.top_logprobs.map(toLogprob) };
}

function toLogprob(told: { token: string; bytes: number[] | null; logprob: number }): TokenLogprob {
  const { token, bytes, logprob } = told;
  return { token, bytes: bytes ?? [...new TextEncoder().encode(token)], logprob };
}
