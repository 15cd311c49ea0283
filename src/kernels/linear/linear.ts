import { foldGrid, type Grid, type Kernel } from '../../gpu/kernel.ts';
import { compose, reduction, snippets, type Variant } from '../shared/compose.ts';
import { matrixReader, type WeightFormat, weightBindings } from '../weights/formats.ts';
import byExpert from './by-expert.wgsl?raw';
import dense from './dense.wgsl?raw';
import epilogue from './epilogue.wgsl?raw';
import experts from './experts.wgsl?raw';
import inTurn from './in-turn.wgsl?raw';
import matmulMain from './matmul.wgsl?raw';
import matvecBody from './matvec.wgsl?raw';
import subgroupMain from './matvec-subgroup.wgsl?raw';
import treeMain from './matvec-tree.wgsl?raw';

/**
 * What becomes of W x: stored, added to what y holds, multiplied with SiLU or GELU of what y holds (Shazeer,
 * https://arxiv.org/abs/2002.05202), stored as CAP · tanh(W x / CAP), multiplied as in gpt-oss, where both ends are capped, or
 * stored as GELU of W x.
 *
 * W x stands for SCALE · W x + bias: SCALE is 1, and BIAS off, unless they are given.
 */
export const Epilogue = { store: 0, add: 1, swiglu: 2, geglu: 3, softCap: 4, clampedSwiglu: 5, gelu: 6 } as const;

/**
 * y = W x for few tokens; reads the weights once a token.
 *
 * Group 0: step, x (tokens, columns), y (tokens, rows), bias (rows), gain (columns). Group 1: the matrix.
 * Constants: EPILOGUE and what goes with it, NORM, EPSILON, ONE_ROW, and ROWS from {@link matvecRows}.
 */
export function matvec(format: WeightFormat, variant: Variant): Kernel {
  return {
    name: 'matvec',
    code: matvecCode(format, variant, dense),
    groups: [['uniform', 'read', 'write', 'read', 'read'], weightBindings(format)],
  };
}

/**
 * The same with the matrices of a stack that each token chose.
 *
 * Group 0: step, x (tokens, columns) or (tokens, chosen, columns), y (tokens, chosen, rows), bias (matrices, rows), gain
 * (columns), choices (tokens, chosen). Group 1: the stack. Constants: as above without ONE_ROW, and SHARING: choices to
 * a row of x.
 */
export function expertMatvec(format: WeightFormat, variant: Variant): Kernel {
  return {
    name: 'expert-matvec',
    code: matvecCode(format, variant, snippets.choice, experts),
    groups: [['uniform', 'read', 'write', 'read', 'read', 'read'], weightBindings(format)],
  };
}

function matvecCode(format: WeightFormat, variant: Variant, ...operands: string[]): string {
  const { step, grid, softCap, sigmoid } = snippets;
  const team = variant.subgroupSize > 0 ? ['enable subgroups;', subgroupMain] : [reduction(variant), treeMain];
  return compose(step, grid, softCap, sigmoid, matrixReader(format), epilogue, matvecBody, ...operands, ...team);
}

/** Rows of one workgroup: a team makes four, and there are as many teams as subgroups. */
export function matvecRows({ subgroupSize }: Variant): number {
  return subgroupSize > 0 ? 4 * Math.max(1, 64 / subgroupSize) : 4;
}

/** @param rows of the slice that is bound, or of one matrix of a stack, whose `tokens` are choices */
export function matvecGrid(rows: number, tokens: number, variant: Variant): Grid {
  return foldGrid(Math.ceil(rows / matvecRows(variant)), tokens);
}

/** Rows of y, and rows of the matrix, that a workgroup of the matmul makes. */
export const MATMUL_TILE = 32;

/**
 * Y = X Wᵀ for many tokens; reads the weights once for every {@link MATMUL_TILE}.
 *
 * Group 0: step, x (tokens, columns), y (tokens, rows), bias (rows). Group 1: the matrix. Constants: EPILOGUE and what
 * goes with it.
 */
export function matmul(format: WeightFormat, variant: Variant): Kernel {
  return {
    name: 'matmul',
    code: matmulCode(format, variant, dense, inTurn),
    groups: [['uniform', 'read', 'write', 'read'], weightBindings(format)],
  };
}

/**
 * The same with the matrices of a stack that each token chose; a tile is choices of one expert.
 *
 * Group 0: step, x, y and bias as in {@link expertMatvec}, order from the kernel `group` (tiles, MATMUL_TILE), choices
 * (tokens, chosen). Group 1: the stack. Constants: EPILOGUE and what goes with it, SHARING.
 */
export function expertMatmul(format: WeightFormat, variant: Variant): Kernel {
  return {
    name: 'expert-matmul',
    code: matmulCode(format, variant, snippets.choice, experts, byExpert),
    groups: [['uniform', 'read', 'write', 'read', 'read', 'read'], weightBindings(format)],
  };
}

function matmulCode(format: WeightFormat, variant: Variant, ...operands: string[]): string {
  const { step, grid, softCap, sigmoid, none } = snippets;
  const real = variant.f16 ? 'enable f16;\nalias real = f16;' : 'alias real = f32;';
  const shared = [real, step, grid, softCap, sigmoid, none];
  return compose(...shared, matrixReader(format), epilogue, ...operands, matmulMain);
}

export function matmulGrid(rows: number, tokens: number): Grid {
  return expertMatmulGrid(rows, Math.ceil(tokens / MATMUL_TILE));
}

/**
 * @param rows of one matrix of the stack
 * @param tiles of choices
 */
export function expertMatmulGrid(rows: number, tiles: number): Grid {
  return foldGrid(Math.ceil(rows / MATMUL_TILE), tiles);
}
