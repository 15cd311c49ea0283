import { halfToFloat } from '../../gguf/half.ts';
import { randomBlocks } from '../weights/random-blocks.ts';
import { type CacheType, cachedRowBytes, Q8_BLOCK } from './cache.ts';
import { xorshift } from './random.ts';
import { F16_TOLERANCE, F32_TOLERANCE } from './tolerances.ts';

/**
 * How far a number of the size of 1 may be from what went into the cache. In `q8` that is half a step of its block, whose
 * largest may be 3, and a little for the rounding of the scale.
 */
export const CACHE_TOLERANCE: Record<CacheType, number> = { f16: F16_TOLERANCE, f32: F32_TOLERANCE, q8: 2e-2 };

/** Random rows as the cache holds them: what one head keeps of one position, each. */
export function randomCache(type: CacheType, rows: number, headDim: number, seed: number): Uint8Array<ArrayBuffer> {
  if (type !== 'q8') return randomBlocks(type === 'f16' ? 'F16' : 'F32', rows * headDim, seed);
  const random = xorshift(seed);
  const rowBytes = cachedRowBytes(type, headDim);
  const bytes = Uint8Array.from({ length: rows * rowBytes }, () => random() * 256);
  for (let start = headDim; start < bytes.length; start += rowBytes) {
    // Scales between 2⁻⁸ and 2⁻⁷.
    const scales = new Uint16Array(bytes.buffer, start, (rowBytes - headDim) / 2);
    for (const [i, bits] of scales.entries()) scales[i] = (7 << 10) | (bits & 1023);
  }
  return bytes;
}

/** The elements that rows of a cache stand for. */
export function readCache(type: CacheType, bytes: ArrayBuffer, headDim: number): Float32Array<ArrayBuffer> {
  if (type === 'f32') return new Float32Array(bytes);
  if (type === 'f16') return Float32Array.from(new Uint16Array(bytes), halfToFloat);
  const rowBytes = cachedRowBytes(type, headDim);
  return Float32Array.from({ length: (bytes.byteLength / rowBytes) * headDim }, (_, i) => {
    const [row, d] = [Math.floor(i / headDim), i % headDim];
    const quants = new Int8Array(bytes, row * rowBytes, headDim);
    const scales = new Uint16Array(bytes, row * rowBytes + headDim);
    return (quants[d] ?? 0) * halfToFloat(scales[Math.floor(d / Q8_BLOCK)] ?? 0);
  });
}
