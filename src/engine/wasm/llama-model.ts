import { EnvironmentError } from '../../errors.ts';
import type { ByteSource } from '../../gguf/byte-source.ts';
import type { LogitsModel } from '../logits/context.ts';
import type { Llama } from './llama.ts';

/** Nothing stops a step that has begun, and a processor takes its time. */
const BATCH_TOKENS = 16;
/** Held twice while it is copied. */
const PIECE_BYTES = 16 * 2 ** 20;

export interface LlamaModelOptions {
  readonly contextLength: number;
  readonly vocabularySize: number;
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
  readonly onUpload?: ((bytes: number, total: number) => void) | undefined;
  readonly onCompile?: (() => void) | undefined;
  /** Called when the module failed after it was loaded, and is of no further use. */
  readonly onLost?: (() => void) | undefined;
}

/** A model in llama.cpp: ids in, logits out. */
export class LlamaModel implements LogitsModel {
  readonly contextLength: number;
  readonly #llama: Llama;
  readonly #vocabularySize: number;
  readonly #onLost: (() => void) | undefined;
  /** Where the logits lie in the module's memory. */
  #logitsAt = 0;
  /** What llama.cpp has in its cache. */
  #ids: number[] = [];

  private constructor(llama: Llama, { contextLength, vocabularySize, onLost }: LlamaModelOptions) {
    this.#llama = llama;
    this.contextLength = contextLength;
    this.#vocabularySize = vocabularySize;
    this.#onLost = onLost;
  }

  /** @throws Error what llama.cpp finds wrong with the file; what the source throws; the signal's reason. */
  static async load(llama: Llama, source: ByteSource, options: LlamaModelOptions): Promise<LlamaModel> {
    const { signal, contextLength, threads } = options;
    await llama.call('allocate', source.size);
    for (let offset = 0; offset < source.size; offset += PIECE_BYTES) {
      signal?.throwIfAborted();
      const piece = await source.read(offset, Math.min(PIECE_BYTES, source.size - offset), signal);
      await llama.call('write', piece, offset);
      options.onUpload?.(offset + piece.length, source.size);
    }
    options.onCompile?.();
    const model = new LlamaModel(llama, options);
    await llama.act('load', 'load_req', loadFields(contextLength, threads));
    await model.#findLogits();
    signal?.throwIfAborted();
    return model;
  }

  /** @throws EnvironmentError `engine_unavailable` where the module fails; the signal's reason. */
  async forward(ids: readonly number[], position: number, signal?: AbortSignal): Promise<Float32Array> {
    try {
      return await this.#feed(ids, position, signal);
    } catch (cause) {
      if (signal?.aborted && cause === signal.reason) throw cause;
      this.#onLost?.();
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `llama.cpp has failed: ${reason}. The next request loads the model again.`;
      throw new EnvironmentError(message, 'engine_unavailable', { cause });
    }
  }

  dispose(): void {
    this.#llama.end();
  }

  async #feed(ids: readonly number[], position: number, signal: AbortSignal | undefined): Promise<Float32Array> {
    const again = await this.#goBack(position);
    const all = [...again, ...ids];
    for (let start = 0; start < all.length - 1; start += BATCH_TOKENS) {
      signal?.throwIfAborted();
      await this.#decode(all.slice(start, Math.min(start + BATCH_TOKENS, all.length - 1)), false);
    }
    signal?.throwIfAborted();
    await this.#decode(all.slice(-1), true);
    return this.#llama.call('floats', this.#logitsAt, this.#vocabularySize);
  }

  /** Forgets what is at and behind a position. What has to be fed again for that is given back. */
  async #goBack(position: number): Promise<readonly number[]> {
    if (this.#ids.length === position) return [];
    const before = this.#ids.slice(0, position);
    // Models with a recurrent state cannot go back in part.
    const [, isDone] = position === 0 ? [] : await this.#llama.act('kv_remove', 'kvcr_req', [position, -1]);
    if (isDone !== true) await this.#llama.act('kv_clear', 'kvcc_req', []);
    this.#ids = isDone === true ? before : [];
    return isDone === true ? [] : before;
  }

  async #decode(ids: readonly number[], withLogits: boolean): Promise<void> {
    const [isDone, message] = await this.#llama.act('decode', 'deco_req', [Int32Array.from(ids), !withLogits]);
    if (isDone !== true) throw new Error(`llama.cpp could not compute a step: ${message}`);
    this.#ids.push(...ids);
  }

  /**
   * Finds where llama.cpp keeps the logits. The module itself gives probabilities only: sorted, which takes as long as a
   * step does, and without the scale that a repetition penalty needs. The output buffer is allocated once, for one
   * token's logits; what else looks like them is where they were computed, and the next step overwrites that.
   */
  async #findLogits(): Promise<void> {
    await this.#decode([0], true);
    const { indices, differences } = await this.#relativeLogits();
    const candidates = await this.#llama.call('find', indices, differences);
    await this.#decode(
      [1, 2, 3].map(id => id % this.#vocabularySize),
      false,
    );
    const kept = new Set(await this.#llama.call('find', indices, differences));
    const [address, ...others] = candidates.filter(candidate => kept.has(candidate));
    await this.#goBack(0);
    if (address === undefined || others.length > 0) {
      throw new Error(`llama.cpp's logits were found in ${address === undefined ? 'no' : 'more than one'} place`);
    }
    this.#logitsAt = address;
  }

  /** Some tokens, and how much their logits are above that of the first of them. */
  async #relativeLogits(): Promise<{ indices: number[]; differences: number[] }> {
    const [, ids, probabilities] = await this.#llama.act('get_logits', 'glog_req', [-1]);
    if (!(ids instanceof Int32Array) || !(probabilities instanceof Float32Array))
      throw new TypeError('no probabilities');
    const ranks = Array.from({ length: PROBES }, (_, i) => Math.floor((i * (ids.length - 1)) / (PROBES - 1)));
    // Of probabilities that are too small for a float nothing can be told.
    const known = ranks.filter(rank => (probabilities[rank] ?? 0) > LEAST_PROBABILITY);
    if (known.length < LEAST_PROBES)
      throw new Error(`${PROBES - known.length} of ${PROBES} probabilities are no numbers`);
    const logarithms = known.map(rank => Math.log(probabilities[rank] ?? 0));
    return {
      indices: known.map(rank => ids[rank] ?? 0),
      differences: logarithms.map(logarithm => logarithm - (logarithms[0] ?? 0)),
    };
  }
}

/** So many floats lie in these distances by no accident. */
const PROBES = 64;
const LEAST_PROBES = 8;
const LEAST_PROBABILITY = 1e-30;

/** The fields of wllama's `load_req`, in their order. */
function loadFields(contextLength: number, threads: number) {
  const rest = Array.from({ length: 12 }, () => undefined);
  return [
    ['/model.gguf'],
    false, // n_ctx_auto
    true, // use_mmap
    false, // use_mlock
    0, // n_gpu_layers
    0, // seed: sampling is ours
    contextLength,
    threads,
    undefined, // embeddings
    undefined, // offload_kqv
    BATCH_TOKENS,
    ...rest, // n_seq_max, pooling_type, rope_… and yarn_… as the file says, cache types: f16
    undefined, // flash_attn
    true, // swa_full: or windows could not go back
  ];
}
