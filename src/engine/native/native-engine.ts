import { RequestError } from '../../errors.ts';
import type { ByteSource } from '../../gguf/byte-source.ts';
import type { Gguf } from '../../gguf/gguf.ts';
import type { DeviceLimits } from '../../gpu/device.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { planModel } from '../../model/architectures.ts';
import { fitContext } from '../../model/fit.ts';
import { loadModel, type Model } from '../../model/model.ts';
import { logprobs } from '../../sampler/logprobs.ts';
import { Sampler } from '../../sampler/sampler.ts';
import { createTokenizer, type Tokenizer } from '../../tokenizer/tokenizer.ts';
import type { Engine, GenerateRequest, ModelInfo, Prompt, TokenEvent, TokenLogprob } from '../engine.ts';
import { Context } from './context.ts';
import { type GeneratedId, generateIds } from './generate-ids.ts';
import { describeModel } from './model-info.ts';
import { StopStrings } from './stop-strings.ts';
import { Turns } from './turns.ts';

export interface NativeOptions {
  /** The name that requests will use. */
  readonly id: string;
  readonly source: ByteSource;
  readonly gguf: Gguf;
  readonly gpu: Gpu;
  readonly signal: AbortSignal;
  /** Bytes that have come to the GPU since the last call. */
  readonly onBytes: (bytes: number) => void;
  readonly onCompile: () => void;
  /** Tokens; the default fits the device. */
  readonly contextLength?: number;
}

/**
 * Refuses, from its header alone, a model that this engine cannot run on a device with these limits.
 *
 * @throws ModelError `unsupported_architecture`, `unsupported_tensor_type`, `unsupported_tokenizer`, `invalid_gguf`,
 * `model_too_large`
 */
export function checkModel(gguf: Gguf, limits: DeviceLimits, contextLength?: number): void {
  fitContext(planModel(gguf), limits, 'f16', contextLength);
  createTokenizer(gguf.metadata);
}

/**
 * Loads a GGUF model onto the GPU.
 *
 * @throws what {@link checkModel} throws, EnvironmentError `out_of_memory`, and what the source throws
 */
export async function loadNativeEngine(options: NativeOptions): Promise<Engine> {
  const { id, source, gguf, gpu } = options;
  const tokenizer = createTokenizer(gguf.metadata);
  const model = await loadModel(gpu, source, planModel(gguf), options);
  return new NativeEngine(model, tokenizer, describeModel({ id, gguf, tokenizer, model, gpu }));
}

class NativeEngine implements Engine {
  readonly info: ModelInfo;
  readonly #model: Model;
  readonly #tokenizer: Tokenizer;
  readonly #context: Context;
  readonly #turns = new Turns();

  constructor(model: Model, tokenizer: Tokenizer, info: ModelInfo) {
    this.#model = model;
    this.#tokenizer = tokenizer;
    this.#context = new Context(model);
    this.info = info;
  }

  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<TokenEvent, void> {
    if (request.grammar) {
      throw new RequestError(
        'This engine cannot hold its output to a grammar yet.',
        'unsupported_parameter',
        'response_format',
      );
    }
    const prompt = this.#promptIds(request.prompt);
    const endTurn = await this.#turns.take(signal);
    try {
      for (let choice = 0; choice < request.choices; choice++) yield* this.#choice(request, prompt, choice, signal);
    } finally {
      endTurn();
    }
  }

  async *#choice(
    request: GenerateRequest,
    prompt: readonly number[],
    choice: number,
    signal: AbortSignal,
  ): AsyncGenerator<TokenEvent, void> {
    const { logits, reused } = await this.#context.replace(prompt, signal);
    const sampler = new Sampler(request.sampling, prompt, choice);
    const limits = {
      endIds: request.ignoreEos ? new Set<number>() : this.#tokenizer.endIds,
      maxTokens: request.maxTokens ?? Number.POSITIVE_INFINITY,
    };
    const decoder = this.#tokenizer.decoder();
    const stops = new StopStrings(request.stop);
    const ids = generateIds(this.#context, logits, sampler, limits, signal);
    let completionTokens = 0;
    let stopped = false;
    let next = await ids.next();
    while (!next.done) {
      completionTokens++;
      const { text, stopped: found } = stops.push(decoder.push(next.value.id));
      yield { type: 'token', choice, id: next.value.id, text, ...this.#logprobs(next.value, request.topLogprobs) };
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
    const ids = 'ids' in prompt ? prompt.ids : this.#tokenizer.encode(prompt.segments, { addSpecial: true });
    const stranger = ids.find(id => !Number.isInteger(id) || id < 0 || id >= vocabularySize);
    if (stranger !== undefined) {
      throw new RequestError(
        `Token id ${stranger} is not one of the ${vocabularySize} in the vocabulary.`,
        'invalid_token_id',
        'prompt',
      );
    }
    if (ids.length === 0) throw new RequestError('The prompt is empty.', 'empty_prompt', 'prompt');
    if (ids.length >= contextLength) {
      const message = `The prompt is ${ids.length} tokens long; the model's context of ${contextLength} must hold it and an answer.`;
      throw new RequestError(message, 'context_length_exceeded', 'messages');
    }
    return ids;
  }

  #logprobs(
    { id, logits }: GeneratedId,
    top: number | undefined,
  ): { logprob?: TokenLogprob; topLogprobs?: TokenLogprob[] } {
    if (top === undefined) return {};
    const { drawn, top: likeliest } = logprobs(logits, id, top);
    const describe = (of: { id: number; logprob: number }): TokenLogprob => {
      const bytes = this.#tokenizer.bytes(of.id);
      return { token: new TextDecoder().decode(bytes), bytes: [...bytes], logprob: of.logprob };
    };
    return { logprob: describe(drawn), topLogprobs: likeliest.map(describe) };
  }

  async dispose(): Promise<void> {
    this.#model.dispose();
  }
}
