import type { Grid, Kernel } from '../../gpu/kernel.ts';
import { compose, snippets } from '../shared/compose.ts';
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
};

export function poolGrid(columns: number): Grid {
  return [Math.ceil(columns / 4 / 64), 1, 1];
}
