import { foldGrid, type Grid, type Kernel } from '../../gpu/kernel.ts';
import { compose, reduction, snippets, type Variant } from '../shared/compose.ts';
import { matrixReader, type WeightFormat, weightBindings } from '../weights/formats.ts';
import epilogue from './epilogue.wgsl?raw';
import matmulMain from './matmul.wgsl?raw';
import matvecBody from './matvec.wgsl?raw';
import subgroupMain from './matvec-subgroup.wgsl?raw';
import treeMain from './matvec-tree.wgsl?raw';

/**
 * What becomes of W x: stored, added to what y holds, multiplied with SiLU or GELU of what y holds (Shazeer,
 * https://arxiv.org/abs/2002.05202), or stored as CAP · tanh(W x / CAP).
 *
 * W x stands for SCALE · W x + bias: SCALE is 1, and BIAS off, unless they are given.
 */
export const Epilogue = { store: 0, add: 1, swiglu: 2, geglu: 3, softCap: 4 } as const;

/**
 * y = W x for few tokens; reads the weights once a token.
 *
 * Group 0: step, x (tokens, columns), y (tokens, rows), bias (rows), gain (columns). Group 1: the matrix.
 * Constants: EPILOGUE and what goes with it, NORM, EPSILON, ONE_ROW, and ROWS from {@link matvecRows}.
 */
export function matvec(format: WeightFormat, variant: Variant): Kernel {
  const team = variant.subgroupSize > 0 ? ['enable subgroups;', subgroupMain] : [reduction(variant), treeMain];
  return {
    name: 'matvec',
    code: compose(snippets.step, snippets.grid, snippets.softCap, matrixReader(format), epilogue, matvecBody, ...team),
    groups: [['uniform', 'read', 'write', 'read', 'read'], weightBindings(format)],
  };
}

/** Rows of one workgroup: a team makes four, and there are as many teams as subgroups. */
export function matvecRows({ subgroupSize }: Variant): number {
  return subgroupSize > 0 ? 4 * Math.max(1, 64 / subgroupSize) : 4;
}

/** @param rows of the slice that is bound */
export function matvecGrid(rows: number, tokens: number, variant: Variant): Grid {
  return foldGrid(Math.ceil(rows / matvecRows(variant)), tokens);
}

/**
 * Y = X Wᵀ for many tokens; reads the weights once for every 32.
 *
 * Group 0: step, x (tokens, columns), y (tokens, rows), bias (rows). Group 1: the matrix. Constants: EPILOGUE and what
 * goes with it.
 */
export function matmul(format: WeightFormat, variant: Variant): Kernel {
  const real = variant.f16 ? 'enable f16;\nalias real = f16;' : 'alias real = f32;';
  return {
    name: 'matmul',
    code: compose(real, snippets.step, snippets.grid, snippets.softCap, matrixReader(format), epilogue, matmulMain),
    groups: [['uniform', 'read', 'write', 'read'], weightBindings(format)],
  };
}

export function matmulGrid(rows: number, tokens: number): Grid {
  return foldGrid(Math.ceil(rows / 32), Math.ceil(tokens / 32));
}
