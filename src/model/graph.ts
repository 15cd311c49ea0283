import type { Call, Grid } from '../gpu/kernel.ts';
import { attention, attentionGrid, MERGE_CONSTANTS, merge, mergeGrid } from '../kernels/attention/attention.ts';
import { shortConvolution, shortConvolutionGrid } from '../kernels/convolution/short-convolution.ts';
import { embed, embedGrid } from '../kernels/embed/embed.ts';
import { choose, combine, combineGrid } from '../kernels/experts/experts.ts';
import {
  Epilogue,
  expertMatvec,
  matmul,
  matmulGrid,
  matvec,
  matvecGrid,
  matvecRows,
} from '../kernels/linear/linear.ts';
import { rmsNorm } from '../kernels/norm/rms-norm.ts';
import { QueryKeyNorm, rope, ropeGrid } from '../kernels/rope/rope.ts';
import type { Experts } from './experts.ts';
import type { AttentionBuffers, GraphContext, Step } from './graph-context.ts';
import type { Activations, AttentionCache } from './state.ts';
import type { Matrix, Vector } from './tensors.ts';

/** A matrix to multiply with, and what becomes of the product. */
export interface Product {
  readonly matrix: Matrix;
  readonly output: GPUBuffer;
  /** Multiplies the product; 1 by default. */
  readonly scale?: number | undefined;
  /** Added to the scaled product. */
  readonly bias?: Vector | undefined;
  /** Stored by default. */
  readonly epilogue?: keyof typeof Epilogue;
  /** With the epilogues `softCap` and `clampedSwiglu`. */
  readonly cap?: number;
}

/** How an architecture's logits come from the output matrix. */
export interface LogitShape {
  readonly scale?: number | undefined;
  /** Logits become cap · tanh(logit / cap). */
  readonly softCap?: number | undefined;
}

/** RMSNorm of queries and keys. */
export interface QueryKeyGains {
  readonly over: Exclude<keyof typeof QueryKeyNorm, 'none'>;
  readonly gains: Vector; // those of q, then those of k
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

  /** output = scale · embedding[ids] */
  embed(embedding: Matrix, output: GPUBuffer, scale = 1): void {
    const { step, weights } = this.#context;
    for (const slice of weights.slices(embedding)) {
      this.calls.push({
        kernel: embed(embedding.format),
        constants: { SCALE: scale },
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

  /** Chooses each token's experts: those with the largest router · norm(input), weighted with the softmax over them. */
  chooseExperts(input: GPUBuffer, norm: Vector, router: Pick<Product, 'matrix' | 'bias'>): void {
    const { expertLogits, choices } = this.activations;
    const { count, chosen } = this.#experts;
    // By matvec in any case, whose arithmetic is f32: a rounded weight may choose another expert.
    this.#matvec(input, { ...router, output: expertLogits }, norm);
    this.calls.push({
      kernel: choose,
      constants: { EXPERTS: count, CHOSEN: chosen },
      buffers: [[expertLogits, choices].map(whole)],
      grid: ({ tokens }) => [tokens, 1, 1],
    });
  }

  /** output[token, choice] = epilogue(matrix of the chosen expert · norm(input[token])) */
  normedExperts(input: GPUBuffer, norm: Vector, products: readonly Product[]): void {
    for (const product of products) this.#expertMatvec(input, product, norm);
  }

  /** output[token] += Σ weight · matrix of the chosen expert · input[token, choice] */
  addExperts(input: GPUBuffer, { output, ...product }: Omit<Product, 'epilogue'>): void {
    const { choices, expertResults } = this.activations;
    this.#expertMatvec(input, { ...product, output: expertResults });
    const columns = product.matrix.rows;
    this.calls.push({
      kernel: combine,
      constants: { CHOSEN: this.#experts.chosen, COLUMNS: columns },
      buffers: [[choices, expertResults, output].map(whole)],
      grid: ({ tokens }) => combineGrid(columns, tokens),
    });
  }

  /** output += norm(input), for models that norm what a branch gives */
  addNormed(input: GPUBuffer, norm: Vector, output: GPUBuffer): void {
    this.#rmsNorm(input, norm, output, true);
  }

  /** logits = output · norm(the row of x that the step names) */
  head(norm: Vector, matrix: Matrix, { scale, softCap }: LogitShape = {}): void {
    const { x, logits } = this.activations;
    const product = { matrix, output: logits, scale };
    this.#matvec(x, softCap ? { ...product, epilogue: 'softCap', cap: softCap } : product, norm, true);
  }

  /** Rotates q, perhaps normed, into queries and k into the layer's cache; v goes there as it is. */
  rope(of: {
    q: GPUBuffer;
    k: GPUBuffer;
    v: GPUBuffer;
    queries: GPUBuffer;
    layer: number;
    norm?: QueryKeyGains | undefined;
  }): void {
    const { hyperParameters: p, variant, step, weights, cache } = this.#context;
    const { attention, headShape, rotations, keys, values } = this.#attention(of.layer);
    const gains = of.norm ? weights.vector(of.norm.gains) : of.q;
    this.calls.push({
      kernel: rope(cache.type, variant),
      constants: {
        HALVES: attention.rope?.halves ? 1 : 0,
        NORM: QueryKeyNorm[of.norm?.over ?? 'none'],
        EPSILON: p.normEpsilon,
      },
      buffers: [[step, headShape, of.q, of.k, of.v, rotations, gains, of.queries, keys, values].map(whole)],
      grid: ({ tokens }) => ropeGrid(p.heads, p.kvHeads, tokens),
    });
  }

  /**
   * result = softmax(queries · keysᵀ · scale) · values, causally and as the layer's {@link LayerAttention} says
   *
   * @param of.sinks a score for each head that joins the softmax, without a value: (heads)
   */
  attention(of: { queries: GPUBuffer; result: GPUBuffer; layer: number; sinks?: Vector }): void {
    const { hyperParameters: p, step, cache, variant, weights } = this.#context;
    const { queries, result } = of;
    const { attention: how, headShape, keys, values } = this.#attention(of.layer);
    const sinks = of.sinks ? weights.vector(of.sinks) : queries;
    const { partial } = this.activations;
    const { window } = how;
    this.calls.push({
      kernel: attention(cache.type, variant),
      constants: { SINKS: of.sinks ? 1 : 0 },
      buffers: [[step, headShape, queries, keys, values, result, partial, sinks].map(whole)],
      grid: (at: Step) => attentionGrid(p.heads, { ...at, window }),
    });
    if (this.#kind === 'tile') return;
    this.calls.push({
      kernel: merge,
      constants: MERGE_CONSTANTS,
      buffers: [[step, headShape, partial, result].map(whole)],
      grid: (at: Step) => mergeGrid(p.heads, { ...at, window }),
    });
  }

  /** result = c ⊙ conv(b ⊙ x), causally, where projected holds b, c and x */
  shortConvolution(of: { projected: GPUBuffer; taps: Vector; result: GPUBuffer; layer: number }): void {
    const { hyperParameters: p, step, weights, cache } = this.#context;
    const layerCache = cache.layers[of.layer];
    if (!layerCache || !('inputs' in layerCache)) throw new RangeError(`layer ${of.layer} does not convolve`);
    this.calls.push({
      kernel: shortConvolution(cache.type),
      constants: { KERNEL: of.taps.length / p.dim },
      buffers: [[step, of.projected, weights.vector(of.taps), layerCache.inputs, of.result].map(whole)],
      grid: ({ tokens }) => shortConvolutionGrid(p.dim, tokens),
    });
  }

  get #experts(): Experts {
    const { experts } = this.#context;
    if (!experts) throw new RangeError('the model has no experts');
    return experts;
  }

  /** What the layer's attention reads, its cache among it. */
  #attention(layer: number): AttentionBuffers & AttentionCache {
    const buffers = this.#context.attention[layer];
    const cache = this.#context.cache.layers[layer];
    if (!buffers || !cache || !('keys' in cache)) throw new RangeError(`layer ${layer} does not attend`);
    return { ...buffers, ...cache };
  }

  #rmsNorm(input: GPUBuffer, norm: Vector, output: GPUBuffer, add = false): void {
    const { hyperParameters: p, variant, step, weights } = this.#context;
    this.calls.push({
      kernel: rmsNorm(variant),
      constants: { EPSILON: p.normEpsilon, ADD: add ? 1 : 0 },
      buffers: [[step, input, weights.vector(norm), output].map(whole)],
      grid: ({ tokens }) => [tokens, 1, 1],
    });
  }

  #matvec(input: GPUBuffer, product: Product, norm?: Vector, oneRow = false): void {
    const { variant, step, weights } = this.#context;
    const gain = norm ? weights.vector(norm) : input;
    const bias = product.bias ? weights.vector(product.bias) : input;
    const constants = { ...this.#matvecConstants(product, norm), ONE_ROW: oneRow ? 1 : 0 };
    for (const { rows, bindings } of weights.slices(product.matrix)) {
      this.calls.push({
        kernel: matvec(product.matrix.format, variant),
        constants,
        buffers: [[step, input, product.output, bias, gain].map(whole), bindings],
        grid: ({ tokens }): Grid => matvecGrid(rows, oneRow ? 1 : tokens, variant),
      });
    }
  }

  /** @param norm where each token's input is one; without it, each choice has its own */
  #expertMatvec(input: GPUBuffer, product: Product, norm?: Vector): void {
    const { variant, step, weights } = this.#context;
    const { chosen } = this.#experts;
    const { matrix, output } = product;
    const gain = norm ? weights.vector(norm) : input;
    const bias = product.bias ? weights.vector(product.bias) : input;
    const constants = { ...this.#matvecConstants(product, norm), SHARING: norm ? chosen : 1 };
    for (const { bindings } of weights.slices(matrix)) {
      this.calls.push({
        kernel: expertMatvec(matrix.format, variant),
        constants,
        buffers: [[step, input, output, bias, gain, this.activations.choices].map(whole), bindings],
        grid: ({ tokens }): Grid => matvecGrid(matrix.rows, tokens * chosen, variant),
      });
    }
  }

  #matvecConstants(product: Product, norm: Vector | undefined): Record<string, number> {
    const { hyperParameters: p, variant } = this.#context;
    return {
      ...epilogueConstants(product),
      NORM: norm ? 1 : 0,
      EPSILON: p.normEpsilon,
      ROWS: matvecRows(variant),
    };
  }

  #matmul(input: GPUBuffer, product: Product): void {
    const { variant, step, weights } = this.#context;
    const bias = product.bias ? weights.vector(product.bias) : input;
    for (const { rows, bindings } of weights.slices(product.matrix)) {
      this.calls.push({
        kernel: matmul(product.matrix.format, variant),
        constants: epilogueConstants(product),
        buffers: [[step, input, product.output, bias].map(whole), bindings],
        grid: ({ tokens }): Grid => matmulGrid(rows, tokens),
      });
    }
  }
}

function epilogueConstants({ epilogue = 'store', scale = 1, bias, cap = 0 }: Product): Record<string, number> {
  return { EPILOGUE: Epilogue[epilogue], SCALE: scale, BIAS: bias ? 1 : 0, CAP: cap };
}

function whole(buffer: GPUBuffer): GPUBufferBinding {
  return { buffer };
}
