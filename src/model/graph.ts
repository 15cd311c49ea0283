import type { Call, Grid } from '../gpu/kernel.ts';
import { attention, attentionGrid, MERGE_CONSTANTS, merge, mergeGrid } from '../kernels/attention/attention.ts';
import { embed, embedGrid } from '../kernels/embed/embed.ts';
import { Epilogue, matmul, matmulGrid, matvec, matvecGrid, matvecRows } from '../kernels/linear/linear.ts';
import { rmsNorm } from '../kernels/norm/rms-norm.ts';
import { rope, ropeGrid } from '../kernels/rope/rope.ts';
import type { Variant } from '../kernels/shared/compose.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import type { Activations, KvCache, LayerCache } from './state.ts';
import type { Matrix, Vector } from './tensors.ts';
import type { GpuWeights } from './upload.ts';

/** What changes from step to step. */
export interface Step {
  readonly tokens: number;
  /** Of the step's first token. */
  readonly position: number;
}

/** Everything that the calls of a model are bound to. */
export interface GraphContext {
  readonly hyperParameters: HyperParameters;
  readonly variant: Variant;
  readonly weights: GpuWeights;
  readonly activations: Activations;
  readonly cache: KvCache;
  /** The step's words (tokens, position, row), then an id for each token. */
  readonly step: GPUBuffer;
  readonly headShape: GPUBuffer;
  readonly rotations: GPUBuffer; // (capacity, rotaryDim / 2, 2)
}

/** A matrix to multiply with, and what becomes of the product. */
export interface Product {
  readonly matrix: Matrix;
  readonly output: GPUBuffer;
  /** Stored by default. */
  readonly epilogue?: keyof typeof Epilogue;
}

/**
 * Lists the kernel calls of a forward pass. The architecture says what to compute; this says with which kernels.
 *
 * `vector` graphs serve a few tokens and norm inside the matvec; `tile` graphs serve many, by matmul.
 */
export class Graph {
  readonly calls: Call<Step>[] = [];
  readonly #context: GraphContext;
  readonly #kind: 'vector' | 'tile';

  constructor(context: GraphContext, kind: 'vector' | 'tile') {
    this.#context = context;
    this.#kind = kind;
  }

  get activations(): Activations {
    return this.#context.activations;
  }

  /** output = embedding[ids] */
  embed(embedding: Matrix, output: GPUBuffer): void {
    const { step, weights } = this.#context;
    for (const slice of weights.slices(embedding)) {
      this.calls.push({
        kernel: embed(embedding.format),
        constants: {},
        buffers: [[step, step, output].map(whole), slice.bindings],
        grid: ({ tokens }) => embedGrid(embedding.columns, tokens),
      });
    }
  }

  /** output = epilogue(matrix · input), for every token */
  linear(input: GPUBuffer, product: Product): void {
    if (this.#kind === 'tile') this.#matmul(input, product);
    else this.#matvec(input, product);
  }

  /** The same for several matrices, with the input RMS-normalised. */
  normedLinear(input: GPUBuffer, norm: Vector, products: readonly Product[]): void {
    if (this.#kind === 'vector') {
      for (const product of products) this.#matvec(input, product, norm);
      return;
    }
    const { normed } = this.activations;
    this.#rmsNorm(input, norm, normed);
    for (const product of products) this.#matmul(normed, product);
  }

  /** logits = output · norm(the row of x that the step names) */
  head(norm: Vector, output: Matrix): void {
    const { x, logits } = this.activations;
    this.#matvec(x, { matrix: output, output: logits }, norm, true);
  }

  /** Rotates q into queries and k into the layer's cache; v goes there as it is. */
  rope(of: { q: GPUBuffer; k: GPUBuffer; v: GPUBuffer; queries: GPUBuffer; layer: number }): void {
    const { hyperParameters: p, step, headShape, rotations, cache } = this.#context;
    const { keys, values } = this.#layerCache(of.layer);
    this.calls.push({
      kernel: rope(cache.type),
      constants: { HALVES: 0 },
      buffers: [[step, headShape, of.q, of.k, of.v, rotations, of.queries, keys, values].map(whole)],
      grid: ({ tokens }) => ropeGrid(p.heads, p.kvHeads, p.headDim, tokens),
    });
  }

  /** result = softmax(queries · keysᵀ / √headDim) · values, causally */
  attention({ queries, result, layer }: { queries: GPUBuffer; result: GPUBuffer; layer: number }): void {
    const { hyperParameters: p, step, headShape, cache, variant } = this.#context;
    const { keys, values } = this.#layerCache(layer);
    const { partial } = this.activations;
    this.calls.push({
      kernel: attention(cache.type, variant),
      constants: {},
      buffers: [[step, headShape, queries, keys, values, result, partial].map(whole)],
      grid: ({ tokens, position }) => attentionGrid(p.heads, tokens, position),
    });
    if (this.#kind === 'tile') return;
    this.calls.push({
      kernel: merge,
      constants: MERGE_CONSTANTS,
      buffers: [[step, headShape, partial, result].map(whole)],
      grid: ({ tokens, position }) => mergeGrid(p.heads, tokens, position),
    });
  }

  #layerCache(layer: number): LayerCache {
    const found = this.#context.cache.layers[layer];
    if (!found) throw new RangeError(`layer ${layer} has no cache`);
    return found;
  }

  #rmsNorm(input: GPUBuffer, norm: Vector, output: GPUBuffer): void {
    const { hyperParameters: p, variant, step, weights } = this.#context;
    this.calls.push({
      kernel: rmsNorm(variant),
      constants: { EPSILON: p.normEpsilon },
      buffers: [[step, input, weights.vector(norm), output].map(whole)],
      grid: ({ tokens }) => [tokens, 1, 1],
    });
  }

  #matvec(input: GPUBuffer, product: Product, norm?: Vector, oneRow = false): void {
    const { hyperParameters: p, variant, step, weights } = this.#context;
    const gain = norm ? weights.vector(norm) : input;
    const constants = {
      EPILOGUE: Epilogue[product.epilogue ?? 'store'],
      NORM: norm ? 1 : 0,
      EPSILON: p.normEpsilon,
      ONE_ROW: oneRow ? 1 : 0,
      ROWS: matvecRows(variant),
    };
    for (const { rows, bindings } of weights.slices(product.matrix)) {
      this.calls.push({
        kernel: matvec(product.matrix.format, variant),
        constants,
        buffers: [[step, input, product.output, gain].map(whole), bindings],
        grid: ({ tokens }): Grid => matvecGrid(rows, oneRow ? 1 : tokens, variant),
      });
    }
  }

  #matmul(input: GPUBuffer, product: Product): void {
    const { variant, step, weights } = this.#context;
    for (const { rows, bindings } of weights.slices(product.matrix)) {
      this.calls.push({
        kernel: matmul(product.matrix.format, variant),
        constants: { EPILOGUE: Epilogue[product.epilogue ?? 'store'] },
        buffers: [[step, input, product.output].map(whole), bindings],
        grid: ({ tokens }): Grid => matmulGrid(rows, tokens),
      });
    }
  }
}

function whole(buffer: GPUBuffer): GPUBufferBinding {
  return { buffer };
}
