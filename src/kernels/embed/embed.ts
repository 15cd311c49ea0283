import type { Grid, Kernel } from '../../gpu/kernel.ts';
import { compose, snippets } from '../shared/compose.ts';
import { matrixReader, type WeightFormat, weightBindings } from '../weights/formats.ts';
import main from './embed.wgsl?raw';

/**
 * Looks up one row of the embedding for each token of the step.
 *
 * Group 0: step, step and ids as words, x (tokens, columns). Group 1: the matrix. Constants: SCALE.
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
