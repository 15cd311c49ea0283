import type { Call } from '../gpu/kernel.ts';
import {
  attention,
  attentionGrid,
  gateHeads,
  gateHeadsGrid,
  MERGE_CONSTANTS,
  merge,
  mergeGrid,
} from '../kernels/attention/attention.ts';
import { shortConvolution, shortConvolutionGrid } from '../kernels/convolution/short-convolution.ts';
import { deltaConstants, gatedDeltaRule, gatedDeltaRuleGrid } from '../kernels/delta-rule/gated-delta-rule.ts';
import { EmbeddedRow, embed, embedGrid } from '../kernels/embed/embed.ts';
import { choose, combine, combineGrid, GROUP_CONSTANTS, group } from '../kernels/experts/experts.ts';
import { gatedRmsNorm } from '../kernels/norm/gated-rms-norm.ts';
import { layerNorm } from '../kernels/norm/layer-norm.ts';
import { rmsNorm } from '../kernels/norm/rms-norm.ts';
import { Pooling, pool, poolGrid } from '../kernels/pool/pool.ts';
import { QueryKeyNorm, rope, ropeGrid } from '../kernels/rope/rope.ts';
import type { Experts } from './experts.ts';
import { type AttentionBuffers, type GraphContext, type Step, whole } from './graph-context.ts';
import type { PoolingName } from './pooling.ts';
import { expertMatmulCalls, expertMatvecCalls, matmulCalls, matvecCalls, type Product } from './products.ts';
import type { Recurrence, RecurrentCache } from './recurrence.ts';
import type { Activations, AttentionCache } from './state.ts';
import type { Matrix, Vector } from './tensors.ts';

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
    this.#embed(embedding, output, { SCALE: scale });
  }

  /** output += table[positions], or the table's first row for every token */
  addEmbedding(table: Matrix, output: GPUBuffer, row: 'position' | 'first'): void {
    this.#embed(table, output, { ROW: EmbeddedRow[row], ADD: 1 });
  }

  /** output = epilogue(matrix · input), for every token */
  linear(input: GPUBuffer, product: Product): void {
    const calls = this.#kind === 'tile' ? matmulCalls : matvecCalls;
    this.calls.push(...calls(this.#context, input, product));
  }

  /** The same for several matrices, with the input RMS-normalised. */
  normedLinear(input: GPUBuffer, norm: Vector, products: readonly Product[]): void {
    const { normed } = this.activations;
    if (this.#kind === 'tile') this.#rmsNorm(input, norm, normed);
    for (const product of products) {
      const calls =
        this.#kind === 'tile'
          ? matmulCalls(this.#context, normed, product)
          : matvecCalls(this.#context, input, product, { norm });
      this.calls.push(...calls);
    }
  }

  /** Chooses each token's experts: those with the largest router · norm(input), weighted with the softmax over them. */
  chooseExperts(input: GPUBuffer, norm: Vector, router: Pick<Product, 'matrix' | 'bias'>): void {
    const { step } = this.#context;
    const { expertLogits, choices, order } = this.activations;
    const { count, chosen } = this.#experts;
    // By matvec in any case, whose arithmetic is f32: a rounded weight may choose another expert.
    this.calls.push(...matvecCalls(this.#context, input, { ...router, output: expertLogits }, { norm }), {
      kernel: choose,
      constants: { EXPERTS: count, CHOSEN: chosen },
      buffers: [[expertLogits, choices].map(whole)],
      grid: ({ tokens }) => [tokens, 1, 1],
    });
    if (this.#kind === 'vector') return;
    this.calls.push({
      kernel: group,
      constants: { EXPERTS: count, CHOSEN: chosen, ...GROUP_CONSTANTS },
      buffers: [[step, choices, order].map(whole)],
      grid: () => [1, 1, 1],
    });
  }

  /** output[token, choice] = epilogue(matrix of the chosen expert · norm(input[token])) */
  normedExperts(input: GPUBuffer, norm: Vector, products: readonly Product[]): void {
    const experts = this.#experts;
    const how = { experts, sharing: experts.chosen };
    const { normed } = this.activations;
    if (this.#kind === 'tile') this.#rmsNorm(input, norm, normed);
    for (const product of products) {
      const calls =
        this.#kind === 'tile'
          ? expertMatmulCalls(this.#context, normed, product, how)
          : expertMatvecCalls(this.#context, input, product, { ...how, norm });
      this.calls.push(...calls);
    }
  }

  /** output[token] += Σ weight · matrix of the chosen expert · input[token, choice] */
  addExperts(input: GPUBuffer, { output, ...product }: Omit<Product, 'epilogue'>): void {
    const { choices, expertResults } = this.activations;
    const experts = this.#experts;
    const columns = product.matrix.rows;
    const calls = this.#kind === 'tile' ? expertMatmulCalls : expertMatvecCalls;
    const results = { ...product, output: expertResults };
    this.calls.push(...calls(this.#context, input, results, { experts, sharing: 1 }), {
      kernel: combine,
      constants: { CHOSEN: experts.chosen, COLUMNS: columns },
      buffers: [[choices, expertResults, output].map(whole)],
      grid: ({ tokens }) => combineGrid(columns, tokens),
    });
  }

  /** output += norm(input), for models that norm what a branch gives */
  addNormed(input: GPUBuffer, norm: Vector, output: GPUBuffer): void {
    this.#rmsNorm(input, norm, output, true);
  }

  /** x = norm(x), by LayerNorm */
  layerNorm(x: GPUBuffer, norm: Vector): void {
    const { hyperParameters: p, variant, weights } = this.#context;
    this.calls.push({
      kernel: layerNorm(variant),
      constants: { EPSILON: p.normEpsilon },
      buffers: [[weights.vector(norm), x].map(whole)],
      grid: ({ tokens }) => [tokens, 1, 1],
    });
  }

  /** pooled = what stands for all rows of x, which are normed first where there is a norm */
  pool(pooling: PoolingName, norm?: Vector): void {
    const { hyperParameters: p, step } = this.#context;
    const { x, normed, pooled } = this.activations;
    if (norm) this.#rmsNorm(x, norm, normed);
    this.calls.push({
      kernel: pool,
      constants: { POOLING: Pooling[pooling] },
      buffers: [[step, norm ? normed : x, pooled].map(whole)],
      grid: () => poolGrid(p.dim),
    });
  }

  /** logits = output · norm(the row of x that the step names) */
  head(norm: Vector, matrix: Matrix, { scale, softCap }: LogitShape = {}): void {
    const { x, logits } = this.activations;
    const product = { matrix, output: logits, scale };
    const capped: Product = softCap ? { ...product, epilogue: 'softCap', cap: softCap } : product;
    this.calls.push(...matvecCalls(this.#context, x, capped, { norm, oneRow: true }));
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
        GATED: attention.gated ? 1 : 0,
      },
      buffers: [[step, headShape, of.q, of.k, of.v, rotations, gains, of.queries, keys, values].map(whole)],
      grid: ({ tokens }) => ropeGrid(p.heads, p.kvHeads, tokens),
    });
  }

  /**
   * result = softmax(queries · keysᵀ · scale) · values, as the layer's {@link LayerAttention} says
   *
   * @param of.sinks a score for each head that joins the softmax, without a value: (heads)
   * @param of.gates q, in a layer whose heads are gated
   */
  attention(of: { queries: GPUBuffer; result: GPUBuffer; layer: number; sinks?: Vector; gates?: GPUBuffer }): void {
    const { hyperParameters: p, step, cache, variant, weights } = this.#context;
    const { queries, result } = of;
    const { attention: how, headShape, keys, values } = this.#attention(of.layer);
    const sinks = of.sinks ? weights.vector(of.sinks) : queries;
    const { partial } = this.activations;
    const { window } = how;
    this.calls.push({
      kernel: attention(cache.type, variant),
      constants: { SINKS: of.sinks ? 1 : 0, CAUSAL: how.bidirectional ? 0 : 1 },
      buffers: [[step, headShape, queries, keys, values, result, partial, sinks].map(whole)],
      grid: (at: Step) => attentionGrid(p.heads, { ...at, window }),
    });
    if (this.#kind === 'vector') {
      this.calls.push({
        kernel: merge,
        constants: MERGE_CONSTANTS,
        buffers: [[step, headShape, partial, result].map(whole)],
        grid: (at: Step) => mergeGrid(p.heads, { ...at, window }),
      });
    }
    if (!of.gates) return;
    this.calls.push({
      kernel: gateHeads,
      constants: {},
      buffers: [[step, headShape, of.gates, result].map(whole)],
      grid: ({ tokens }) => gateHeadsGrid(p.heads, p.headDim, tokens),
    });
  }

  /** result = SiLU(conv(projected)), causally; or, gated, c ⊙ conv(b ⊙ x), where projected holds b, c and x */
  shortConvolution(of: { projected: GPUBuffer; taps: Vector; result: GPUBuffer; layer: number }): void {
    const { step, weights } = this.#context;
    const { convolution, inputs } = this.#recurrent(of.layer);
    const { channels, kernel, gated } = convolution;
    this.calls.push({
      kernel: shortConvolution,
      constants: { KERNEL: kernel, GATED: gated ? 1 : 0 },
      buffers: [[...[step, of.projected, weights.vector(of.taps)].map(whole), inputs, whole(of.result)]],
      grid: () => shortConvolutionGrid(channels),
    });
  }

  /**
   * Moves each value head's state on by the token's key and value; heads: what the token's query reads of it. `mixed`
   * holds q, k and v; see the kernel for the rest.
   */
  gatedDeltaRule(of: {
    mixed: GPUBuffer;
    alpha: GPUBuffer;
    beta: GPUBuffer;
    decay: Vector;
    heads: GPUBuffer;
    layer: number;
  }): void {
    const { hyperParameters: p, variant, step, weights } = this.#context;
    const { deltaRule, memory } = this.#recurrent(of.layer);
    if (!deltaRule || !memory) throw new RangeError('the model has no delta rule');
    const inputs = [step, of.mixed, of.alpha, of.beta, weights.vector(of.decay)];
    this.calls.push({
      kernel: gatedDeltaRule(variant),
      constants: { ...deltaConstants(deltaRule), EPSILON: p.normEpsilon },
      buffers: [[...inputs.map(whole), memory, whole(of.heads)]],
      grid: () => gatedDeltaRuleGrid(deltaRule),
    });
  }

  /** heads = norm(heads) ⊙ SiLU(gate), each value head by itself */
  gatedNorm(heads: GPUBuffer, { gains, gate }: { gains: Vector; gate: GPUBuffer }): void {
    const { hyperParameters: p, variant, weights, cache } = this.#context;
    const valueHeads = cache.recurrent?.recurrence.deltaRule?.valueHeads ?? 0;
    this.calls.push({
      kernel: gatedRmsNorm(variant),
      constants: { EPSILON: p.normEpsilon },
      buffers: [[gate, weights.vector(gains), heads].map(whole)],
      grid: ({ tokens }) => [valueHeads, tokens, 1],
    });
  }

  #embed(table: Matrix, output: GPUBuffer, constants: Record<string, number>): void {
    const { step, weights } = this.#context;
    for (const slice of weights.slices(table)) {
      this.calls.push({
        kernel: embed(table.format),
        constants,
        buffers: [[step, step, output].map(whole), slice.bindings],
        grid: ({ tokens }) => embedGrid(table.columns, tokens),
      });
    }
  }

  get #experts(): Experts {
    const { experts } = this.#context;
    if (!experts) throw new RangeError('the model has no experts');
    return experts;
  }

  /** What the layer's attention reads, its cache among it. */
  #attention(layer: number): AttentionBuffers & AttentionCache {
    const buffers = this.#context.attention[layer];
    const cache = this.#context.cache.attention[layer];
    if (!buffers || !cache) throw new RangeError(`layer ${layer} does not attend`);
    return { ...buffers, ...cache };
  }

  /** What a layer keeps that does not attend, and its shape. */
  #recurrent(layer: number): Recurrence & RecurrentCache {
    const { recurrent } = this.#context.cache;
    const cache = recurrent?.layers.get(layer);
    if (!recurrent || !cache) throw new RangeError(`layer ${layer} keeps no recurrent state`);
    return { ...recurrent.recurrence, ...cache };
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
}
