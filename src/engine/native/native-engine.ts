import { RequestError } from '../../errors.ts';
import type { ByteSource } from '../../gguf/byte-source.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { loadModel } from '../../model/model.ts';
import type { UploadOptions } from '../../model/upload.ts';
import { logprobs } from '../../sampler/logprobs.ts';
import { Sampler } from '../../sampler/sampler.ts';
import type { Tokenizer, TokenOutput } from '../../tokenizer/tokenizer.ts';
import type { Engine, GenerateRequest, ModelInfo, Prompt, PromptSegment, TokenEvent, TokenLogprob } from '../engine.ts';
import { Context, type LogitsModel } from './context.ts';
import { type Constraint, type GeneratedId, generateIds } from './generate-ids.ts';
import type { NativeModel } from './inspect-model.ts';
import { LazyGrammars } from './lazy-grammars.ts';
import { describeNative } from './model-info.ts';
import { StopStrings } from './stop-strings.ts';
import { Turns } from './turns.ts';

export interface NativeOptions extends UploadOptions {
  /** The name that requests will use. */
  readonly id: string;
  readonly onCompile?: () => void;
}

/**
 * Brings a model to the GPU.
 *
 * @throws EnvironmentError `out_of_memory`, `device_lost`, and what the source throws; nothing stays on the GPU then
 */
export async function loadNativeEngine(
  gpu: Gpu,
  source: ByteSource,
  native: NativeModel,
  options: NativeOptions,
): Promise<Engine> {
  const { plan, contextLength, cacheType, tokenizer } = native;
  const model = await loadModel(gpu, source, plan, { ...options, contextLength, cacheType });
  return new NativeEngine(model, tokenizer, describeNative({ id: options.id, native, gpu }));
}

/** A model that gives its memory back. */
export interface DisposableModel extends LogitsModel {
  dispose(): void;
}

/** An engine around whatever gives logits. */
export class NativeEngine implements Engine {
  readonly info: ModelInfo;
  readonly #model: DisposableModel;
  readonly #tokenizer: Tokenizer;
  readonly #context: Context;
  readonly #turns = new Turns();
  readonly #grammars: LazyGrammars;

  constructor(model: DisposableModel, tokenizer: Tokenizer, info: ModelInfo) {
    this.#model = model;
    this.#tokenizer = tokenizer;
    this.#context = new Context(model);
    this.#grammars = new LazyGrammars(tokenizer);
    this.info = info;
  }

  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<TokenEvent, void> {
    const prompt = this.#promptIds(request.prompt);
    const endTurn = await this.#turns.take(signal);
    try {
      for (let choice = 0; choice < request.choices; choice++) {
        const matcher = request.grammar && (await this.#grammars.matcher(request.grammar, request.keep));
        try {
          yield* this.#choice(request, prompt, { choice, constraint: matcher }, signal);
        } finally {
          matcher?.dispose();
        }
      }
    } finally {
      endTurn();
    }
  }

  async *#choice(
    request: GenerateRequest,
    prompt: readonly number[],
    { choice, constraint }: { choice: number; constraint: Constraint | undefined },
    signal: AbortSignal,
  ): AsyncGenerator<TokenEvent, void> {
    const { logits, reused } = await this.#context.replace(prompt, signal);
    const sampler = new Sampler(request.sampling, prompt, choice);
    const limits = {
      endIds: request.ignoreEos && !constraint ? new Set<number>() : this.#tokenizer.endIds,
      maxTokens: request.maxTokens ?? Number.POSITIVE_INFINITY,
      constraint,
      everyLogits: request.topLogprobs !== undefined,
    };
    const output = this.#tokenizer.keeping(request.keep ?? []);
    const decoder = output.decoder();
    const stops = new StopStrings(request.stop);
    const ids = generateIds(this.#context, logits, sampler, limits, signal);
    let completionTokens = 0;
    let stopped = false;
    let next = await ids.next();
    while (!next.done) {
      completionTokens++;
      const { text, stopped: found } = stops.push(decoder.push(next.value.id));
      yield { type: 'token', choice, id: next.value.id, text, ...toLogprobs(next.value, request.topLogprobs, output) };
      stopped = found;
      if (stopped) break;
      next = await ids.next();
    }
    const rest = stopped ? { text: '', stopped } : stops.push(decoder.flush());
    yield {
      type: 'finish',
      choice,
      reason: stopped || rest.stopped || !next.done ? 'stop' : next.value,
      text: rest.text + stops.flush(),
      usage: { promptTokens: prompt.length, cachedTokens: reused, completionTokens },
    };
  }

  /** @throws RequestError for a prompt that is empty, too long, or not made of ids of the vocabulary */
  #promptIds(prompt: Prompt): readonly number[] {
    const { contextLength, vocabularySize } = this.info;
    const ids = 'ids' in prompt ? prompt.ids : this.#encode(prompt.segments);
    const stranger = ids.find(id => !Number.isInteger(id) || id < 0 || id >= vocabularySize);
    if (stranger !== undefined) {
      throw new RequestError(
        `Token id ${stranger} is not one of the ${vocabularySize} in the vocabulary.`,
        'invalid_token_id',
        'prompt',
      );
    }
    if (ids.length === 0) throw new RequestError('The prompt is empty.', 'empty_prompt', 'prompt');
    if (ids.length >= contextLength) throw tooLong(`${ids.length}`, contextLength);
    return ids;
  }

  /** Refuses what cannot fit before it spends time on it: nothing interrupts the tokenizer. */
  #encode(segments: readonly PromptSegment[]): readonly number[] {
    const characters = segments.reduce((sum, { text }) => sum + text.length, 0);
    const tokens = Math.ceil(characters / this.#tokenizer.longestToken);
    if (tokens >= this.info.contextLength) throw tooLong(`at least ${tokens}`, this.info.contextLength);
    return this.#tokenizer.encode(segments, { addSpecial: true });
  }

  async dispose(): Promise<void> {
    await this.#grammars.dispose();
    this.#model.dispose();
  }
}

function toLogprobs({ id, logits }: GeneratedId, top: number | undefined, output: TokenOutput) {
  if (top === undefined || !logits) return {};
  const { drawn, top: likeliest } = logprobs(logits, id, top);
  const describe = (of: { id: number; logprob: number }): TokenLogprob => {
    const bytes = output.bytes(of.id);
    return { token: new TextDecoder().decode(bytes), bytes: [...bytes], logprob: of.logprob };
  };
  return { logprob: describe(drawn), topLogprobs: likeliest.map(describe) };
}

function tooLong(tokens: string, contextLength: number): RequestError {
  const message = `The prompt is ${tokens} tokens long; the model's context of ${contextLength} must hold it and an answer.`;
  return new RequestError(message, 'context_length_exceeded', 'messages');
}
