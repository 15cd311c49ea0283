import type { ByteSource } from '../gguf/byte-source.ts';
import type { Buffers } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { Program } from '../gpu/program.ts';
import type { Readback } from '../gpu/readback.ts';
import type { SelfTest } from '../gpu/self-test.ts';
import type { Variant } from '../kernels/shared/compose.ts';
import { type Allocation, allocate, type Setting, STEP_WORDS } from './allocation.ts';
import type { ModelPlan } from './architectures.ts';
import { fillAttention } from './attention-buffers.ts';
import { Checkpoints } from './checkpoints.ts';
import { type ChosenKernels, chooseKernels, type StepCalls } from './choose-kernels.ts';
import { type CacheSettings, fitCache } from './fit.ts';
import type { GraphContext, Step } from './graph-context.ts';
import type { UploadOptions } from './upload.ts';

export interface ModelOptions extends UploadOptions, CacheSettings {
  /** Kernels; what the device offers by default. */
  readonly variant?: Variant;
  /** Tries the kernels, and has slower ones stand in for those that this GPU computes wrongly; none are tried without. */
  readonly selfTest?: SelfTest;
  /** Called when the weights are there and the kernels begin to compile. */
  readonly onCompile?: () => void;
}

/** Up to here reading the weights once a token is cheaper than filling tiles of 32. */
const VECTOR_TOKENS = 4;

/**
 * Loads a model onto the GPU: weights, KV cache, and every pipeline, buffer and bind group that a step needs.
 *
 * @throws ModelError from {@link fitCache}, EnvironmentError `out_of_memory`, `device_lost` and `gpu_unreliable`, and what
 * the source throws. Nothing stays on the GPU then.
 */
export async function loadModel(gpu: Gpu, source: ByteSource, plan: ModelPlan, options: ModelOptions): Promise<Model> {
  const buffers = gpu.buffers();
  try {
    // By itself, so that a lack of memory shows before anything is read.
    const allocation = await gpu.checked(async () => allocate(buffers, plan, settingOf(gpu, plan, options)));
    const { context } = allocation;
    return await gpu.checked(async () => {
      await fillAttention(gpu, context, (offset, bytes) => source.read(offset, bytes, options.signal));
      await context.weights.upload(gpu, source, options);
      options.onCompile?.();
      const chosen = await chooseKernels(plan, context, options.selfTest);
      return new Model(gpu, buffers, allocation, { ...chosen, programs: await compilePrograms(gpu, chosen.calls) });
    });
  } catch (error) {
    buffers.free();
    throw error;
  }
}

function settingOf({ limits, features }: Gpu, plan: ModelPlan, options: ModelOptions): Setting {
  return { limits, variant: options.variant ?? features, ...fitCache(plan, limits, options) };
}

interface Programs {
  readonly vector: Program<Step>;
  readonly tile: Program<Step>;
  readonly head: Program<Step> | undefined;
  readonly pool: Program<Step>;
}

async function compilePrograms(gpu: Gpu, calls: StepCalls): Promise<Programs> {
  const [vector, tile, head, pool] = await Promise.all([
    calls.vector && gpu.compile(calls.vector),
    gpu.compile(calls.tile),
    calls.head && gpu.compile(calls.head),
    gpu.compile(calls.pool),
  ]);
  return { vector: vector ?? tile, tile, head, pool };
}

/**
 * A model on the GPU. A decoder keeps keys and values of the positions that were fed to it; feeding a position again
 * overwrites what was there, and later positions are ignored. An encoder keeps nothing, and has no logits.
 */
export class Model {
  readonly contextLength: number;
  /** Where the model can go on from; from any position before the end, where undefined. */
  readonly checkpoints: Checkpoints<GPUBuffer> | undefined;
  readonly vocabularySize: number;
  /** Which kernels compute it. */
  readonly kernels: Pick<ChosenKernels, 'variant' | 'replaced'>;
  readonly #gpu: Gpu;
  readonly #buffers: Buffers;
  readonly #context: GraphContext;
  readonly #programs: Programs;
  readonly #logits: Readback;
  readonly #pooled: Readback;
  readonly #stepWords: Uint32Array<ArrayBuffer>;

  constructor(gpu: Gpu, buffers: Buffers, allocation: Allocation, kernels: ChosenKernels & { programs: Programs }) {
    const { context, logits, pooled, checkpoints } = allocation;
    const { variant, replaced, programs } = kernels;
    this.kernels = { variant, replaced };
    this.#gpu = gpu;
    this.#buffers = buffers;
    this.#context = context;
    this.#programs = programs;
    this.contextLength = context.cache.capacity;
    const state = context.cache.recurrent?.buffer;
    this.checkpoints = state && new Checkpoints(state, checkpoints, (from, to) => gpu.copy(from, to));
    this.vocabularySize = context.hyperParameters.vocabularySize;
    this.#logits = logits;
    this.#pooled = pooled;
    this.#stepWords = new Uint32Array(STEP_WORDS + context.stepTokens);
  }

  /** Bytes that the model holds on the GPU. */
  get gpuBytes(): number {
    return this.#buffers.bytes;
  }

  /**
   * Feeds ids at `position`, which {@link checkpoints} must allow, and the positions behind it, in chunks, and gives the
   * logits after the last: (vocabulary).
   *
   * @throws the signal's reason, between two chunks
   */
  async forward(ids: readonly number[], position: number, signal?: AbortSignal): Promise<Float32Array> {
    const { stepTokens } = this.#context;
    for (let start = 0; ; start += stepTokens) {
      signal?.throwIfAborted();
      const chunk = ids.slice(start, start + stepTokens);
      if (start + chunk.length === ids.length) return this.#lastChunk(chunk, position + start);
      this.#run(chunk, position + start);
      await this.#gpu.idle();
    }
  }

  /** The logits after each of the ids, which must fit one chunk: for comparing with a reference. */
  async forwardEach(ids: readonly number[], position: number): Promise<Float32Array[]> {
    const rows = [];
    for (const row of ids.keys()) {
      if (row === 0) this.#run(ids, position);
      this.#writeStep(ids, position, row);
      rows.push(await this.#readLogits([this.#head], { tokens: 1, position }));
    }
    return rows;
  }

  /**
   * The embedding of a text, given by its ids (at least one): (dim), L2-normalised. A decoder is fed them from position
   * 0 on.
   *
   * @throws the signal's reason, between two chunks
   */
  async embed(ids: readonly number[], signal?: AbortSignal): Promise<Float32Array> {
    const { stepTokens, activations } = this.#context;
    for (let start = 0; ; start += stepTokens) {
      signal?.throwIfAborted();
      const chunk = ids.slice(start, start + stepTokens);
      const isLast = start + chunk.length === ids.length;
      this.checkpoints?.advance(start, chunk.length);
      this.#writeStep(chunk, start, 0);
      const result = isLast ? { from: activations.pooled, to: this.#pooled } : undefined;
      this.#gpu.run([this.#body(chunk), this.#programs.pool], { tokens: chunk.length, position: start }, result);
      if (isLast) return normalised(new Float32Array(await this.#pooled.read()));
      await this.#gpu.idle();
    }
  }

  #lastChunk(ids: readonly number[], position: number): Promise<Float32Array> {
    this.checkpoints?.advance(position, ids.length);
    this.#writeStep(ids, position, ids.length - 1);
    return this.#readLogits([this.#body(ids), this.#head], { tokens: ids.length, position });
  }

  #run(ids: readonly number[], position: number): void {
    this.checkpoints?.advance(position, ids.length);
    this.#writeStep(ids, position, 0);
    this.#gpu.run([this.#body(ids)], { tokens: ids.length, position });
  }

  get #head(): Program<Step> {
    if (!this.#programs.head) throw new RangeError('an encoder has no logits');
    return this.#programs.head;
  }

  #body(ids: readonly number[]): Program<Step> {
    return ids.length <= VECTOR_TOKENS ? this.#programs.vector : this.#programs.tile;
  }

  #writeStep(ids: readonly number[], position: number, row: number): void {
    this.#stepWords.set([ids.length, position, row, ...ids]);
    this.#gpu.write(this.#context.step, 0, this.#stepWords.subarray(0, STEP_WORDS + ids.length));
  }

  async #readLogits(programs: readonly Program<Step>[], step: Step): Promise<Float32Array> {
    this.#gpu.run(programs, step, { from: this.#context.activations.logits, to: this.#logits });
    return new Float32Array(await this.#logits.read());
  }

  dispose(): void {
    this.#buffers.free();
  }
}

/** Of length 1, unless all of it is 0. */
function normalised(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value ** 2, 0));
  return length === 0 ? vector : vector.map(value => value / length);
}
