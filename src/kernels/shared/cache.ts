import f16 from './cache-f16.wgsl?raw';
import f32 from './cache-f32.wgsl?raw';
import q8 from './cache-q8.wgsl?raw';
import unscaled from './cache-unscaled.wgsl?raw';

/** How the KV cache stores its elements. `q8`: as Q8_0 does, in blocks of 32 bytes with an f16 scale. */
export type CacheType = 'f16' | 'f32' | 'q8';

export const CACHE_TYPES: readonly CacheType[] = ['f16', 'f32', 'q8'];

/** Elements of a `q8` block; heads must be whole blocks. */
export const Q8_BLOCK = 32;

/** `Cached4`, how fours of elements become it and come from it, and where the scales of a row lie. */
export const cacheSnippets: Record<CacheType, string> = { f16: f16 + unscaled, f32: f32 + unscaled, q8 };

/** Of a row: what one head keeps of one position, of keys or of values. */
export function cachedRowBytes(type: CacheType, headDim: number): number {
  if (type === 'q8') return headDim + Math.ceil(headDim / (2 * Q8_BLOCK)) * 4;
  return headDim * (type === 'f16' ? 2 : 4);
}
