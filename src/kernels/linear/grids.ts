import { foldGrid, type Grid } from '../../gpu/kernel.ts';
import type { Variant } from '../shared/compose.ts';

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
