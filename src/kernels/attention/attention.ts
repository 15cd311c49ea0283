import type { Grid, Kernel } from '../../gpu/kernel.ts';
import { type CacheType, cacheSnippets } from '../shared/cache.ts';
import { compose, reduction, snippets, type Variant } from '../shared/compose.ts';
import { headsSnippet } from '../shared/heads.ts';
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
 * Group 0: step, head shape, queries (tokens, heads, headDim), keys and values (kvHeads, capacity, headDim), result
 * (tokens, heads, headDim), partial (heads, MAX_SPLITS, headDim + 4).
 */
export function attention(cache: CacheType, variant: Variant): Kernel {
  return {
    name: 'attention',
    code: compose(snippets.step, headsSnippet, reduction(variant), cacheSnippets[cache], main),
    groups: [['uniform', 'uniform', 'read', 'read', 'read', 'write', 'write']],
  };
}

/**
 * Joins the splits of a single token.
 *
 * Group 0: step, head shape, partial, result (heads, headDim). Constants: {@link MERGE_CONSTANTS}.
 */
export const merge: Kernel = {
  name: 'attention-merge',
  code: compose(snippets.step, headsSnippet, mergeMain),
  groups: [['uniform', 'uniform', 'read', 'write']],
};

export const MERGE_CONSTANTS = { SPLIT_KEYS, MAX_SPLITS };

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
