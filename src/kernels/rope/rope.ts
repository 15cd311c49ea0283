import type { Grid, Kernel } from '../../gpu/kernel.ts';
import { type CacheType, cacheSnippets } from '../shared/cache.ts';
import { compose, snippets } from '../shared/compose.ts';
import main from './rope.wgsl?raw';

/**
 * Rotates queries and keys by their positions; keys and values go into the cache.
 *
 * Group 0: step, q (tokens, HEADS, HEAD_DIM), k and v (tokens, KV_HEADS, HEAD_DIM), rotations (positions,
 * ROTARY_DIM / 2, 2), queries (tokens, HEADS, HEAD_DIM), keys and values (KV_HEADS, CAPACITY, HEAD_DIM).
 * Constants: HEADS, KV_HEADS, HEAD_DIM, ROTARY_DIM, HALVES, CAPACITY.
 */
export function rope(cache: CacheType): Kernel {
  return {
    name: 'rope',
    code: compose(snippets.step, cacheSnippets[cache], main),
    groups: [['uniform', 'read', 'read', 'read', 'read', 'write', 'write', 'write']],
  };
}

export function ropeGrid(heads: number, kvHeads: number, headDim: number, tokens: number): Grid {
  return [Math.ceil(((heads + 2 * kvHeads) * headDim) / 4 / 64), tokens, 1];
}
