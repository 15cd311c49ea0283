import type { Grid, Kernel } from '../../gpu/kernel.ts';
import { compose, snippets } from '../shared/compose.ts';
import { matrixReader, type WeightFormat, weightBindings } from '../weights/formats.ts';
import main from './embed.wgsl?raw';

/** Which row a token gets: that of its id, that of its position, or the first whatever it is. */
export const EmbeddedRow = { id: 0, position: 1, first: 2 } as const;

/**
 * Looks up one row of a matrix for each token of the step, and stores it or adds it to what x holds.
 *
 * Group 0: step, step and ids as words, x (tokens, columns). Group 1: the matrix. Constants: SCALE, ROW, ADD.
 */
export function embed(format: WeightFormat): Kernel {
  return {
    name: 'embed',
    code: compose(snippets.step, matrixReader(format), main),
    groups: [['uniform', 'read', 'write'], weightBindings(format)],
  };
}

export function embedGrid(columns: number, tokens: number): Grid {
  return [Math.ceil(columns / 4 / 64), tokens, 1];
}
