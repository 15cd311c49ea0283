import type { Constants, Grid, Kernel, Trial } from '../../gpu/kernel.ts';
import { rmsNormReference } from '../norm/reference.ts';
import { type CacheType, cachedRowBytes, cacheSnippets } from '../shared/cache.ts';
import { CACHE_TOLERANCE, readCache } from '../shared/cache-reference.ts';
import { compose, reduction, snippets, type Variant } from '../shared/compose.ts';
import { headsSnippet, packHeads } from '../shared/heads.ts';
import { randomFloats } from '../shared/random.ts';
import { F32_TOLERANCE } from '../shared/tolerances.ts';
import { cachedReference, rotateReference, rotationTable } from './reference.ts';
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
    trial: constants => trial(cache, constants),
  };
}

export function ropeGrid(heads: number, kvHeads: number, tokens: number): Grid {
  return [heads + 2 * kvHeads, tokens, 1];
}

/** With a few dimensions of each head that are not rotated. */
const TRIAL = { heads: 4, kvHeads: 2, headDim: 64, rotaryDim: 48, tokens: 2, position: 3, capacity: 7 };

function trial(cache: CacheType, { HALVES, NORM, EPSILON = 0, GATED }: Constants): Trial {
  const { heads, kvHeads, headDim, tokens, position, capacity } = TRIAL;
  const shape = { ...TRIAL, halves: HALVES === 1 };
  const q = randomFloats(tokens * heads * headDim, 1);
  const k = randomFloats(tokens * kvHeads * headDim, 2);
  const v = randomFloats(k.length, 3);
  const span = (of: number) => (NORM === QueryKeyNorm.allHeads ? of * headDim : headDim); // normed together
  const gains = randomFloats(span(heads) + span(kvHeads), 4);
  const normed = (x: Float32Array, own: Float32Array) =>
    NORM === QueryKeyNorm.none ? x : rmsNormReference(x, own, EPSILON);
  const queries = rotateReference(normed(q, gains.subarray(0, span(heads))), heads, shape);
  const keys = rotateReference(normed(k, gains.subarray(span(heads))), kvHeads, shape);
  const gated = Float32Array.from({ length: 2 * q.length }, (_, i) => {
    const [head, d] = [Math.floor(i / headDim), i % headDim];
    return head % 2 === 0 ? (q[(head / 2) * headDim + d] ?? 0) : d;
  });
  const cached = (kvHeads * capacity * cachedRowBytes(cache, headDim)) / 4;
  const inCache = { tolerance: CACHE_TOLERANCE[cache], read: (bytes: ArrayBuffer) => readCache(cache, bytes, headDim) };
  const step = Uint32Array.of(tokens, position, 0, 0);
  const headShape = packHeads({ ...TRIAL, scale: 1 });
  return {
    buffers: [[step, headShape, GATED ? gated : q, k, v, rotationTable(shape), gains, q.length, cached, cached]],
    grid: ropeGrid(heads, kvHeads, tokens),
    results: [
      { binding: 7, expected: queries, tolerance: F32_TOLERANCE },
      { binding: 8, expected: cachedReference(keys, kvHeads, shape), ...inCache },
      { binding: 9, expected: cachedReference(v, kvHeads, shape), ...inCache },
    ],
  };
}
