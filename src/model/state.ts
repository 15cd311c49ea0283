import type { Buffers } from '../gpu/buffers.ts';
import { MAX_SPLITS } from '../kernels/attention/attention.ts';
import { CACHE_BYTES, type CacheType } from '../kernels/shared/cache.ts';
import type { HyperParameters } from './hyper-parameters.ts';

/** The KV cache of one layer. */
export interface LayerCache {
  readonly keys: GPUBuffer; // (kvHeads, capacity, headDim)
  readonly values: GPUBuffer; // (kvHeads, capacity, headDim)
}

/** Keys and values of all positions up to a fixed capacity, written in place. */
export interface KvCache {
  readonly type: CacheType;
  /** Positions. */
  readonly capacity: number;
  readonly layers: readonly LayerCache[];
}

export function createKvCache(buffers: Buffers, p: HyperParameters, capacity: number, type: CacheType): KvCache {
  const bytes = kvCacheBytes(p, capacity, type) / p.layers / 2;
  return {
    type,
    capacity,
    layers: Array.from({ length: p.layers }, (_, i) => ({
      keys: buffers.storage(`keys ${i}`, bytes),
      values: buffers.storage(`values ${i}`, bytes),
    })),
  };
}

export function kvCacheBytes(p: HyperParameters, capacity: number, type: CacheType): number {
  return 2 * p.layers * p.kvHeads * capacity * p.headDim * CACHE_BYTES[type];
}

/** What a forward pass computes on its way; T is the most tokens in a step. */
export interface Activations {
  readonly x: GPUBuffer; // (T, dim): the residual stream
  readonly normed: GPUBuffer; // (T, dim)
  readonly branch: GPUBuffer; // (T, dim): what a branch gives, before its norm
  readonly q: GPUBuffer; // (T, heads, headDim)
  readonly k: GPUBuffer; // (T, kvHeads, headDim)
  readonly v: GPUBuffer; // (T, kvHeads, headDim)
  readonly queries: GPUBuffer; // (T, heads, headDim): q after rotation
  readonly heads: GPUBuffer; // (T, heads, headDim): what attention gives
  readonly partial: GPUBuffer; // (heads, MAX_SPLITS, headDim + 4): attention's splits
  readonly hidden: GPUBuffer; // (T, hiddenDim)
  readonly logits: GPUBuffer; // (vocabulary)
}

export function createActivations(buffers: Buffers, p: HyperParameters, tokens: number): Activations {
  const rows = (label: string, width: number) => buffers.storage(label, tokens * width * 4);
  return {
    x: rows('x', p.dim),
    normed: rows('normed', p.dim),
    branch: rows('branch', p.dim),
    q: rows('q', p.heads * p.headDim),
    k: rows('k', p.kvHeads * p.headDim),
    v: rows('v', p.kvHeads * p.headDim),
    queries: rows('queries', p.heads * p.headDim),
    heads: rows('heads', p.heads * p.headDim),
    partial: buffers.storage('partial attention', p.heads * MAX_SPLITS * (p.headDim + 4) * 4),
    hidden: rows('hidden', p.hiddenDim),
    logits: buffers.storage('logits', p.vocabularySize * 4),
  };
}
