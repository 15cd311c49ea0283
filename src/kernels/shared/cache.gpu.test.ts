import { describe, expect, test } from 'vitest';
import { toHalf } from '../../../test/fixtures/quantise.ts';
import { testGpu } from '../../../test/gpu/open.ts';
import { largestDifference, randomFloats, runKernel } from '../../../test/gpu/run-kernel.ts';
import { attention, attentionGrid, MAX_SPLITS } from '../attention/attention.ts';
import { attentionReference } from '../attention/reference.ts';
import { rope, ropeGrid } from '../rope/rope.ts';
import { cachedRowBytes, Q8_BLOCK } from './cache.ts';
import { readCache } from './cache-reference.ts';
import { PORTABLE } from './compose.ts';
import { packHeads } from './heads.ts';

/** The kernels' own tests keep keys and values in f32; this is of those in blocks of bytes. */

const gpu = await testGpu();

// One block; an odd number of them; as many as a head may have.
describe.each([{ headDim: 32 }, { headDim: 96 }, { headDim: 256 }])('q8, heads of $headDim', ({ headDim }) => {
  const rowBytes = cachedRowBytes('q8', headDim);

  test('holds keys and values to half a step of their block', async () => {
    const [kvHeads, tokens, position, capacity] = [2, 3, 4, 8];
    const shape = packHeads({ heads: 1, kvHeads, headDim, rotaryDim: 0, capacity, scale: 1 });
    const q = randomFloats(tokens * headDim, 1);
    // Blocks of very different sizes, one of them of zeros.
    const sizes = [1, 0.02, 50, 0, 7];
    const data = randomFloats(tokens * kvHeads * headDim, 2).map((value, i) => {
      return value * (sizes[Math.floor(i / Q8_BLOCK) % sizes.length] ?? 1);
    });
    const cacheSize = (kvHeads * capacity * rowBytes) / 4;
    const step = Uint32Array.of(tokens, position, 0, 0);
    const buffers = [[step, shape, q, data, data, Float32Array.of(0, 0), q, q.length, cacheSize, cacheSize]];
    const constants = { HALVES: 0, NORM: 0, EPSILON: 0 };
    for (const binding of [8, 9]) {
      const kernel = rope('q8', PORTABLE);
      const cache = await runKernel(gpu, kernel, constants, buffers, ropeGrid(1, kvHeads, tokens), [0, binding]);
      const held = readCache('q8', Uint8Array.from(new Uint8Array(cache.buffer)).buffer, headDim);
      for (const [i, value] of data.entries()) {
        const block = data.subarray(i - (i % Q8_BLOCK), i - (i % Q8_BLOCK) + Q8_BLOCK);
        const step = Math.max(...block.map(Math.abs)) / 127;
        const [token, head, d] = [Math.floor(i / headDim / kvHeads), Math.floor(i / headDim) % kvHeads, i % headDim];
        const got = held[(head * capacity + position + token) * headDim + d] ?? Number.NaN;
        expect(Math.abs(got - value), `${i}`).toBeLessThanOrEqual(0.57 * step); // the scale itself is rounded to 11 bits
      }
    }
  });

  test('is read as it was written', async () => {
    const shape = { heads: 2, kvHeads: 1, headDim, tokens: 2, position: 300, capacity: 305 };
    const cache = new ArrayBuffer(shape.capacity * rowBytes);
    new Int8Array(cache).set(randomFloats(cache.byteLength, 3).map(value => value * 127));
    for (let row = 0; row < shape.capacity; row++) {
      const scales = new Uint16Array(cache, row * rowBytes + headDim, (rowBytes - headDim) / 2);
      scales.set(Array.from(randomFloats(scales.length, row + 4), scale => toHalf(scale / 64)));
    }
    const held = readCache('q8', cache, headDim);
    const q = randomFloats(shape.tokens * shape.heads * headDim, 5);
    const heads = packHeads({ ...shape, rotaryDim: 0, scale: headDim ** -0.5 });
    const bytes = new Uint8Array(cache);
    const partial = shape.heads * MAX_SPLITS * (headDim + 4);
    const buffers = [[Uint32Array.of(2, 300, 0, 0), heads, q, bytes, bytes, q.length, partial, q]];
    const grid = attentionGrid(shape.heads, shape);
    const result = await runKernel(gpu, attention('q8', PORTABLE), { SINKS: 0 }, buffers, grid, [0, 5]);
    expect(largestDifference(result, attentionReference(shape, q, held, held))).toBeLessThan(1e-5);
  });
});
