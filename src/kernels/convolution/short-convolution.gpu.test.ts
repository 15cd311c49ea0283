import { expect, test } from 'vitest';
import { testGpu } from '../../../test/gpu/open.ts';
import { largestDifference, randomFloats, runKernel } from '../../../test/gpu/run-kernel.ts';
import { shortConvolution, shortConvolutionGrid } from './short-convolution.ts';

const gpu = await testGpu();

const CHANNELS = 44; // more than a workgroup's, and not a multiple of them

test.each([
  { kernel: 3, position: 0, tokens: 1, gated: true },
  { kernel: 3, position: 0, tokens: 19, gated: true },
  { kernel: 3, position: 4, tokens: 1, gated: true },
  { kernel: 4, position: 2, tokens: 2, gated: false }, // ends before the ring is full
  { kernel: 4, position: 5, tokens: 6, gated: false },
  { kernel: 1, position: 5, tokens: 2, gated: false },
])('kernel of $kernel, $tokens tokens at $position, gated: $gated', async ({ kernel, position, tokens, gated }) => {
  const parts = gated ? 3 : 1;
  const projected = randomFloats(tokens * parts * CHANNELS, 1);
  const taps = randomFloats(CHANNELS * kernel, 2);
  const ring = randomFloats(kernel * CHANNELS, 3); // what no token before the position left must not count
  const at = (token: number, part: number, c: number) => projected[(token * parts + part) * CHANNELS + c] ?? 0;
  const slot = (of: number, c: number) => (of % kernel) * CHANNELS + c;
  const input = (of: number, c: number) => {
    if (of < position) return ring[slot(of, c)] ?? 0;
    return gated ? at(of - position, 0, c) * at(of - position, 2, c) : at(of - position, 0, c);
  };

  const expected = Float32Array.from({ length: tokens * CHANNELS }, (_, i) => {
    const [token, c] = [Math.floor(i / CHANNELS), i % CHANNELS];
    let sum = 0;
    for (let k = 0; k < kernel; k++) {
      const from = position + token - (kernel - 1) + k;
      if (from >= 0) sum += (taps[c * kernel + k] ?? 0) * input(from, c);
    }
    return gated ? at(token, 1, c) * sum : sum / (1 + Math.exp(-sum));
  });
  const kept = ring.slice();
  for (let of = position; of < position + tokens; of++) {
    for (let c = 0; c < CHANNELS; c++) kept[slot(of, c)] = input(of, c);
  }

  const buffers = [[Uint32Array.of(tokens, position, 0, 0), projected, taps, ring, expected.length]];
  const constants = { KERNEL: kernel, GATED: gated ? 1 : 0 };
  const result = (binding: number) =>
    runKernel(gpu, shortConvolution, constants, buffers, shortConvolutionGrid(CHANNELS), [0, binding]);
  expect(largestDifference(await result(4), expected)).toBeLessThan(1e-5);
  expect(largestDifference(await result(3), kept)).toBeLessThan(1e-6);
});
