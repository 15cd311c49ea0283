/** The kernel calls that multiply with a matrix: one for each of its slices. */
import type { Call, Grid } from '../gpu/kernel.ts';
import { groupTiles } from '../kernels/experts/experts.ts';
import {
  Epilogue,
  expertMatmul,
  expertMatmulGrid,
  expertMatvec,
  matmul,
  matmulGrid,
  matvec,
  matvecGrid,
  matvecRows,
} from '../kernels/linear/linear.ts';
import type { Experts } from './experts.ts';
import { type GraphContext, type Step, whole } from './graph-context.ts';
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

/** What a matvec may do to its input on the way. */
interface InputOptions {
  /** The input is RMS-normalised. */
  readonly norm?: Vector;
  /** The input is the row that the step names, alone. */
  readonly oneRow?: boolean;
}

/** output = epilogue(matrix · norm(input)) for few tokens */
export function matvecCalls(
  context: GraphContext,
  input: GPUBuffer,
  product: Product,
  { norm, oneRow = false }: InputOptions = {},
): Call<Step>[] {
  const { step, variant, weights } = context;
  const { matrix, output } = product;
  return weights.slices(matrix).map(({ rows, bindings }) => ({
    kernel: matvec(matrix.format, variant),
    constants: { ...matvecConstants(context, product, norm), ONE_ROW: oneRow ? 1 : 0 },
    buffers: [[step, input, output, ...biasAndGain(context, input, product, norm)].map(whole), bindings],
    grid: ({ tokens }): Grid => matvecGrid(rows, oneRow ? 1 : tokens, variant),
  }));
}

/** output = epilogue(matrix · input) for many tokens */
export function matmulCalls(context: GraphContext, input: GPUBuffer, product: Product): Call<Step>[] {
  const { step, variant, weights } = context;
  const { matrix, output } = product;
  const [bias] = biasAndGain(context, input, product);
  return weights.slices(matrix).map(({ rows, bindings }) => ({
    kernel: matmul(matrix.format, variant),
    constants: epilogueConstants(product),
    buffers: [[step, input, output, bias].map(whole), bindings],
    grid: ({ tokens }): Grid => matmulGrid(rows, tokens),
  }));
}

/** Where the products with experts come from. */
interface ExpertOptions {
  readonly experts: Experts;
  /** Choices that share a row of the input: all of a token's, or 1. */
  readonly sharing: number;
  /** The input is RMS-normalised. */
  readonly norm?: Vector;
}

/** output = epilogue(chosen expert's matrix · norm(input)) for few tokens */
export function expertMatvecCalls(
  context: GraphContext,
  input: GPUBuffer,
  product: Product,
  { experts, sharing, norm }: ExpertOptions,
): Call<Step>[] {
  const { step, variant, weights, activations } = context;
  const { matrix, output } = product;
  const operands = [step, input, output, ...biasAndGain(context, input, product, norm), activations.choices];
  return weights.slices(matrix).map(({ bindings }) => ({
    kernel: expertMatvec(matrix.format, variant),
    constants: { ...matvecConstants(context, product, norm), SHARING: sharing },
    buffers: [operands.map(whole), bindings],
    grid: ({ tokens }): Grid => matvecGrid(matrix.rows, tokens * experts.chosen, variant),
  }));
}

/** output = epilogue(chosen expert's matrix · input) for many tokens, by the activations' `order` */
export function expertMatmulCalls(
  context: GraphContext,
  input: GPUBuffer,
  product: Product,
  { experts, sharing }: Omit<ExpertOptions, 'norm'>,
): Call<Step>[] {
  const { step, variant, weights, activations } = context;
  const { matrix, output } = product;
  const [bias] = biasAndGain(context, input, product);
  const operands = [step, input, output, bias, activations.order, activations.choices];
  return weights.slices(matrix).map(({ bindings }) => ({
    kernel: expertMatmul(matrix.format, variant),
    constants: { ...epilogueConstants(product), SHARING: sharing },
    buffers: [operands.map(whole), bindings],
    grid: ({ tokens }): Grid => expertMatmulGrid(matrix.rows, groupTiles(tokens * experts.chosen, experts.count)),
  }));
}

/** The input stands in for what a product does without. */
function biasAndGain(
  { weights }: GraphContext,
  input: GPUBuffer,
  { bias }: Product,
  norm?: Vector,
): [bias: GPUBuffer, gain: GPUBuffer] {
  return [bias ? weights.vector(bias) : input, norm ? weights.vector(norm) : input];
}

function matvecConstants({ hyperParameters: p, variant }: GraphContext, product: Product, norm?: Vector) {
  return { ...epilogueConstants(product), NORM: norm ? 1 : 0, EPSILON: p.normEpsilon, ROWS: matvecRows(variant) };
}

function epilogueConstants({ epilogue = 'store', scale = 1, bias, cap = 0 }: Product) {
  return { EPILOGUE: Epilogue[epilogue], SCALE: scale, BIAS: bias ? 1 : 0, CAP: cap };
}
