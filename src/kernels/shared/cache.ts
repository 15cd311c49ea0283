import f16 from './cache-f16.wgsl?raw';
import f32 from './cache-f32.wgsl?raw';

/** How the KV cache stores its elements. */
export type CacheType = 'f16' | 'f32';

/** `Cached4`, `pack4` and `unpack4` for a cache type. */
export const cacheSnippets: Record<CacheType, string> = { f16, f32 };

export const CACHE_BYTES: Record<CacheType, number> = { f16: 2, f32: 4 };
