import type { Constants, Grid, Kernel, Trial } from '../../gpu/kernel.ts';
import { type CacheType, cacheSnippets } from '../shared/cache.ts';
import { randomCache, readCache } from '../shared/cache-reference.ts';
import { compose, reduction, snippets, type Variant } from '../shared/compose.ts';
import { headsSnippet, packHeads } from '../shared/heads.ts';
import { randomFloats } from '../shared/random.ts';
import { F32_TOLERANCE } from '../shared/tolerances.ts';
import main from './attention.wgsl?raw';
import gateMain from './gate.wgsl?raw';
import mergeMain from './merge.wgsl?raw';
import { attentionReference, gateReference, mergeReference } from './reference.ts';

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
    trial: constants => attentionTrial(cache, constants),
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
  trial: mergeTrial,
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
  trial: gateTrial,
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

/** Keys for every invocation and some more. */
const TRIAL = { heads: 4, kvHeads: 2, headDim: 64, tokens: 2, position: 300, capacity: 303, softCap: 2 };

/** Leaves out some keys, where tokens do not see those behind them too. */
const TRIAL_WINDOW = 280;

function attentionTrial(cache: CacheType, { SINKS, CAUSAL = 1 }: Constants): Trial {
  const { heads, kvHeads, headDim, tokens, position, capacity } = TRIAL;
  const q = randomFloats(tokens * heads * headDim, 1).map(value => 3 * value);
  const keys = randomCache(cache, kvHeads * capacity, headDim, 2);
  const values = randomCache(cache, kvHeads * capacity, headDim, 3);
  const sinks = Float32Array.of(1, -1, 0.5, 2);
  const causal = CAUSAL === 1;
  const window = causal ? TRIAL_WINDOW : undefined;
  const shape = { ...TRIAL, window, causal, sinks: SINKS ? [...sinks] : undefined };
  const expected = attentionReference(
    shape,
    q,
    readCache(cache, keys.buffer, headDim),
    readCache(cache, values.buffer, headDim),
  );
  const step = Uint32Array.of(tokens, position, 0, 0);
  const headShape = packHeads({ ...TRIAL, window, rotaryDim: 0, scale: headDim ** -0.5 });
  const partialSize = heads * MAX_SPLITS * (headDim + 4);
  return {
    buffers: [[step, headShape, q, keys, values, q.length, partialSize, sinks]],
    grid: attentionGrid(heads, { tokens, position, window }),
    results: [{ binding: 5, expected, tolerance: F32_TOLERANCE }],
  };
}

function mergeTrial(): Trial {
  const step = { tokens: 1, position: 3 * SPLIT_KEYS - 1 };
  const [heads, headDim, count] = [2, 64, splits(step)];
  const partial = randomFloats(heads * count * (headDim + 4), 1).map(value => value + 1.5); // no denominator near 0
  const headShape = packHeads({ heads, kvHeads: 1, headDim, rotaryDim: 0, capacity: 1, scale: 1 });
  return {
    buffers: [[Uint32Array.of(step.tokens, step.position, 0, 0), headShape, partial, heads * headDim]],
    grid: mergeGrid(heads, step),
    results: [{ binding: 3, expected: mergeReference(partial, heads, headDim), tolerance: F32_TOLERANCE }],
  };
}

function gateTrial(): Trial {
  const [heads, headDim, tokens] = [3, 64, 2];
  const gated = randomFloats(tokens * heads * 2 * headDim, 1).map(value => 4 * value);
  const result = randomFloats(tokens * heads * headDim, 2);
  const headShape = packHeads({ heads, kvHeads: 1, headDim, rotaryDim: 0, capacity: 1, scale: 1 });
  return {
    buffers: [[Uint32Array.of(tokens, 0, 0, 0), headShape, gated, result]],
    grid: gateHeadsGrid(heads, headDim, tokens),
    results: [{ binding: 3, expected: gateReference(gated, result, headDim), tolerance: F32_TOLERANCE }],
  };
}
