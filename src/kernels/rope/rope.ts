import type { Grid, Kernel } from '../../gpu/kernel.ts';
import { type CacheType, cacheSnippets } from '../shared/cache.ts';
import { compose, snippets } from '../shared/compose.ts';
import { headsSnippet } from '../shared/heads.ts';
import main from './rope.wgsl?raw';

/**
 * Rotates queries and keys by their positions; keys and values go into the cache.
 *
 * Group 0: step, head shape, q (tokens, heads, headDim), k and v (tokens, kvHeads, headDim), rotations (positions,
 * rotaryDim / 2, 2), queries (tokens, heads, headDim), keys and values (kvHeads, capacity, headDim).
 * Constants: HALVES.
 */
export function rope(cache: CacheType): Kernel {
  return {
    name: 'rope',
    code: compose(snippets.step, headsSnippet, cacheSnippets[cache], main),
    groups: [['uniform', 'uniform', 'read', 'read', 'read', 'read', 'write', 'write', 'write']],
  };
}

export function ropeGrid(heads: number, kvHeads: number, headDim: number, tokens: number): Grid {
  return [Math.ceil(((heads + 2 * kvHeads) * headDim) / 4 / 64), tokens, 1];
}
