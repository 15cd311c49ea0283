import type { ByteSource } from '../gguf/byte-source.ts';
import type { Buffers } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/gpu.ts';
import type { Program } from '../gpu/program.ts';
import type { Readback } from '../gpu/readback.ts';
import type { Variant } from '../kernels/shared/compose.ts';
import { type Allocation, allocate, type Setting, STEP_WORDS } from './allocation.ts';
import type { ModelPlan } from './architectures.ts';
import { fillAttention } from './attention-buffers.ts';
import { Checkpoints } from './checkpoints.ts';
import { type CacheSettings, fitCache } from './fit.ts';
import { Graph } from './graph.ts';
import type { GraphContext, Step } from './graph-context.ts';
import { CHUNK_TOKENS } from './state.ts';
import type { UploadOptions } from './upload.ts';

export interface ModelOptions extends UploadOptions, CacheSettings {
  /** Kernels; what the device offers by default. */
  readonly variant?: Variant;
  /** Called when the weights are there and the kernels begin to compile. */
  readonly onCompile?: () => void;
}

/** Up to here reading the weights once a token is cheaper than filling tiles of 32. */
const VECTOR_TOKENS = 4;

/**
 * Loads a model onto the GPU: weights, KV cache, and every pipeline, buffer and bind group that a step needs.
 *
 * @throws ModelError from {@link fitCache}, EnvironmentError `out_of_memory` and `device_lost`, and what the source
 * throws. Nothing stays on the GPU then.
 */
export async function loadModel(gpu: Gpu, source: ByteSource, plan: ModelPlan, options: ModelOptions): Promise<Model> {
  const buffers = gpu.buffers();
  try {
    return await gpu.checked(async () => {
      const allocation = allocate(buffers, plan, settingOf(gpu, plan, options));
      const { context } = allocation;
      await fillAttention(gpu, context, (offset, bytes) => source.read(offset, bytes, options.signal));
      await context.weights.upload(gpu, source, options);
      options.onCompile?.();
      return new Model(gpu, buffers, allocation, await compilePrograms(gpu, plan, context));
    });
  } catch (error) {
    buffers.free();
    throw error;
  }
}

function settingOf({ limits, features }: Gpu, plan: ModelPlan, options: ModelOptions): Setting {
  return { limits, variant: options.variant ?? features, ...fitCache(plan, limits, options) };
}

/** The parts of a step: one of the bodies, and the head where logits are wanted. */
interface Programs {
  readonly vector: Program<Step>;
  readonly tile: Program<Step>;
  readonly head: Program<Step>;
}

async function compilePrograms(gpu: Gpu, plan: ModelPlan, context: GraphContext): Promise<Programs> {
  const compile = (kind: 'vector' | 'tile', list: (graph: Graph) => void) => {
    const graph = new Graph(context, kind);
    list(graph);
    return gpu.compile(graph.calls);
  };
  const [vector, tile, head] = await Promise.all([
    compile('vector', plan.forward),
    compile('tile', plan.forward),
    compile('vector', graph => graph.head(plan.outputNorm, plan.output, plan.logits)),
  ]);
  return { vector, tile, head };
}

/**
 * A decoder on the GPU. It keeps keys and values of the positions that were fed to it; feeding a position again
 * overwrites what was there, and later positions are ignored.
 */
export class Model {
  readonly contextLength: number;
  /** Where the model can go on from; from any position before the end, where undefined. */
  readonly checkpoints: Checkpoints<GPUBuffer> | undefined;
  readonly vocabularySize: number;
  readonly #gpu: Gpu;
  readonly #buffers: Buffers;
  readonly #context: GraphContext;
  readonly #programs: Programs;
  readonly #logits: Readback;
  readonly #stepWords = new Uint32Array(STEP_WORDS + CHUNK_TOKENS);

  constructor(gpu: Gpu, buffers: Buffers, { context, logits, checkpoints }: Allocation, programs: Programs) {
    this.#gpu = gpu;
    this.#buffers = buffers;
    this.#context = context;
    this.#programs = programs;
    this.contextLength = context.cache.capacity;
    const state = context.cache.recurrent?.buffer;
    this.checkpoints = state && new Checkpoints(state, checkpoints, (from, to) => gpu.copy(from, to));
    this.vocabularySize = context.hyperParameters.vocabularySize;
    this.#logits = logits;
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
    for (let start = 0; ; start += CHUNK_TOKENS) {
      signal?.throwIfAborted();
      const chunk = ids.slice(start, start + CHUNK_TOKENS);
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
      rows.push(await this.#readLogits([this.#programs.head], { tokens: 1, position }));
    }
    return rows;
  }

  #lastChunk(ids: readonly number[], position: number): Promise<Float32Array> {
    this.checkpoints?.advance(position, ids.length);
    this.#writeStep(ids, position, ids.length - 1);
    return this.#readLogits([this.#body(ids), this.#programs.head], { tokens: ids.length, position });
  }

  #run(ids: readonly number[], position: number): void {
    this.checkpoints?.advance(position, ids.length);
    this.#writeStep(ids, position, 0);
    this.#gpu.run([this.#body(ids)], { tokens: ids.length, position });
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
