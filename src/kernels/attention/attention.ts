import type { Grid, Kernel } from '../../gpu/kernel.ts';
import { type CacheType, cacheSnippets } from '../shared/cache.ts';
import { compose, reduction, snippets, type Variant } from '../shared/compose.ts';
import main from './attention.wgsl?raw';
import mergeMain from './merge.wgsl?raw';

/** A token's keys are shared out to several workgroups from this many on, so that a long context fills the GPU. */
export const SPLIT_KEYS = 256;
export const MAX_SPLITS = 16;

/** The kernel keeps a head's query in 64 fours of workgroup memory. */
export const MAX_HEAD_DIM = 256;

/**
 * Causal attention of each token over the cache.
 *
 * Group 0: step, queries (tokens, HEADS, HEAD_DIM), keys and values (KV_HEADS, CAPACITY, HEAD_DIM), result (tokens,
 * HEADS, HEAD_DIM), partial (HEADS, MAX_SPLITS, HEAD_DIM + 4). Constants: HEADS, KV_HEADS, HEAD_DIM, CAPACITY, SCALE.
 */
export function attention(cache: CacheType, variant: Variant): Kernel {
  return {
    name: 'attention',
    code: compose(snippets.step, reduction(variant), cacheSnippets[cache], main),
    groups: [['uniform', 'read', 'read', 'read', 'write', 'write']],
  };
}

/**
 * Joins the splits of a single token.
 *
 * Group 0: step, partial, result. Constants: HEAD_DIM, SPLIT_KEYS, MAX_SPLITS.
 */
export const merge: Kernel = {
  name: 'attention-merge',
  code: compose(snippets.step, mergeMain),
  groups: [['uniform', 'read', 'write']],
};

/** How many splits a step's attention has: one for several tokens, which fill the GPU by themselves. */
function splits(tokens: number, position: number): number {
  return tokens > 1 ? 1 : Math.min(Math.ceil((position + 1) / SPLIT_KEYS), MAX_SPLITS);
}

export function attentionGrid(heads: number, tokens: number, position: number): Grid {
  return [heads, tokens, splits(tokens, position)];
}

export function mergeGrid(heads: number, tokens: number, position: number): Grid {
  return splits(tokens, position) > 1 ? [heads, 1, 1] : undefined;
}
