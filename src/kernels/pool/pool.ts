import type { Constants, Grid, Kernel, Trial } from '../../gpu/kernel.ts';
import { compose, snippets } from '../shared/compose.ts';
import { randomFloats } from '../shared/random.ts';
import { F32_TOLERANCE } from '../shared/tolerances.ts';
import main from './pool.wgsl?raw';

/** What stands for a text: all of its tokens alike, its first one, or its last one. */
export const Pooling = { mean: 0, cls: 1, last: 2 } as const;

/**
 * Joins the rows of a text's tokens to one; the steps of a text begin at position 0 and follow each other.
 *
 * Group 0: step, x (tokens, columns), pooled (columns). Constants: POOLING.
 */
export const pool: Kernel = {
  name: 'pool',
  code: compose(snippets.step, main),
  groups: [['uniform', 'read', 'write']],
  trial,
};

export function poolGrid(columns: number): Grid {
  return [Math.ceil(columns / 4 / 64), 1, 1];
}

/** At the beginning of a text, where the vector held something else. */
function trial({ POOLING }: Constants): Trial {
  const [tokens, columns] = [3, 300];
  const x = randomFloats(tokens * columns, 1);
  const row = (token: number) => x.slice(token * columns, (token + 1) * columns);
  const sum = row(0).map((value, i) => value + (row(1)[i] ?? 0) + (row(2)[i] ?? 0));
  const one = POOLING === Pooling.cls ? row(0) : row(tokens - 1);
  return {
    buffers: [[Uint32Array.of(tokens, 0, 0, 0), x, randomFloats(columns, 2)]],
    grid: poolGrid(columns),
    results: [{ binding: 2, expected: POOLING === Pooling.mean ? sum : one, tolerance: F32_TOLERANCE }],
  };
}
