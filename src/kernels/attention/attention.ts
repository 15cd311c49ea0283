import type { Grid, Kernel } from '../../gpu/kernel.ts';
import { type CacheType, cacheSnippets } from '../shared/cache.ts';
import { compose, reduction, snippets, type Variant } from '../shared/compose.ts';
import { headsSnippet } from '../shared/heads.ts';
import main from './attention.wgsl?raw';
import gateMain from './gate.wgsl?raw';
import mergeMain from './merge.wgsl?raw';

/** A token's keys are shared out to several workgroups from this many on, so that a long context fills the GPU. */
export const SPLIT_KEYS = 256;
export const MAX_SPLITS = 16;

/** The kernel keeps a head's query in 64 fours of workgroup memory. */
export const MAX_HEAD_DIM = 256;

/**
 * Attention of each token over the cache, or over the window of it that the head shape says; causal unless told
 * otherwise.
 *
 * Group 0: step, head shape, queries (tokens, heads, headDim), keys and values (kvHeads, capacity, headDim), result
 * (tokens, heads, headDim), partial (heads, MAX_SPLITS, headDim + 4), sinks (heads). Constants: SINKS, CAUSAL.
 */
export function attention(cache: CacheType, variant: Variant): Kernel {
  return {
    name: 'attention',
    code: compose(snippets.step, headsSnippet, snippets.softCap, reduction(variant), cacheSnippets[cache], main),
    groups: [['uniform', 'uniform', 'read', 'read', 'read', 'write', 'write', 'read']],
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

/**
 * Multiplies each head with the sigmoid of its gate.
 *
 * Group 0: step, head shape, gated (tokens, heads, 2, headDim): queries and gates, result (tokens, heads, headDim).
 */
export const gateHeads: Kernel = {
  name: 'attention-gate',
  code: compose(snippets.step, headsSnippet, snippets.sigmoid, gateMain),
  groups: [['uniform', 'uniform', 'read', 'write']],
};

export function gateHeadsGrid(heads: number, headDim: number, tokens: number): Grid {
  return [Math.ceil((heads * headDim) / 4 / 64), tokens, 1];
}

export const MERGE_CONSTANTS = { SPLIT_KEYS, MAX_SPLITS };

/** A step as its attention sees it. */
export interface AttentionStep {
  readonly tokens: number;
  /** Of the first token. */
  readonly position: number;
  /** Positions that a token sees; all before it where undefined. */
  readonly window?: number | undefined;
}

/** How many splits a step's attention has: one for several tokens, which fill the GPU by themselves. */
function splits({ tokens, position, window = Number.POSITIVE_INFINITY }: AttentionStep): number {
  if (tokens > 1) return 1;
  return Math.min(Math.ceil(Math.min(position + 1, window) / SPLIT_KEYS), MAX_SPLITS);
}

export function attentionGrid(heads: number, step: AttentionStep): Grid {
  return [heads, step.tokens, splits(step)];
}

export function mergeGrid(heads: number, step: AttentionStep): Grid {
  return splits(step) > 1 ? [heads, 1, 1] : undefined;
}
