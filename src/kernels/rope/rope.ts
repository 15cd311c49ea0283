import type { Grid, Kernel } from '../../gpu/kernel.ts';
import { type CacheType, cacheSnippets } from '../shared/cache.ts';
import { compose, reduction, snippets, type Variant } from '../shared/compose.ts';
import { headsSnippet } from '../shared/heads.ts';
import main from './rope.wgsl?raw';

/** What is RMS-normalised before the rotation: nothing, each head of q and k, or all heads of q (and of k) together. */
export const QueryKeyNorm = { none: 0, head: 1, allHeads: 2 } as const;

/**
 * Rotates queries and keys by their positions; keys and values go into the cache.
 *
 * Group 0: step, head shape, q (tokens, heads, headDim), or with its gate behind each head where GATED, k and v (tokens, kvHeads, headDim), rotations (positions,
 * rotaryDim / 2, 2), gains of q and then of k, queries (tokens, heads, headDim), keys and values (kvHeads, capacity,
 * headDim). Constants: HALVES, NORM, EPSILON, GATED (not with
 * a norm of all heads).
 */
export function rope(cache: CacheType, variant: Variant): Kernel {
  return {
    name: 'rope',
    code: compose(snippets.step, headsSnippet, reduction(variant), cacheSnippets[cache], main),
    groups: [['uniform', 'uniform', 'read', 'read', 'read', 'read', 'read', 'write', 'write', 'write']],
  };
}

export function ropeGrid(heads: number, kvHeads: number, tokens: number): Grid {
  return [heads + 2 * kvHeads, tokens, 1];
}
