import { expect, test } from 'vitest';
import { testGpu } from '../../../test/gpu/open.ts';
import { largestDifference, randomFloats, runKernel } from '../../../test/gpu/run-kernel.ts';
import { shortConvolution, shortConvolutionGrid } from './short-convolution.ts';

const gpu = await testGpu();

const CHANNELS = 12;
const CAPACITY = 10;

test.each([
  { kernel: 3, position: 0, tokens: 1 },
  { kernel: 3, position: 0, tokens: 5 },
  { kernel: 3, position: 4, tokens: 1 },
  { kernel: 4, position: 2, tokens: 6 }, // begins before the kernel is full
])('kernel of $kernel, $tokens tokens at $position', async ({ kernel, position, tokens }) => {
  const projected = randomFloats(tokens * 3 * CHANNELS, 1);
  const taps = randomFloats(CHANNELS * kernel, 2);
  const inputs = randomFloats(CAPACITY * CHANNELS, 3); // what is behind the position must not count
  const at = (token: number, part: number, channel: number) => projected[(token * 3 + part) * CHANNELS + channel] ?? 0;

  const cached = inputs.slice();
  for (let token = 0; token < tokens; token++) {
    for (let c = 0; c < CHANNELS; c++) cached[(position + token) * CHANNELS + c] = at(token, 0, c) * at(token, 2, c);
  }
  const expected = Float32Array.from({ length: tokens * CHANNELS }, (_, i) => {
    const [token, c] = [Math.floor(i / CHANNELS), i % CHANNELS];
    let sum = 0;
    for (let k = 0; k < kernel; k++) {
      const from = position + token - (kernel - 1) + k;
      if (from >= 0) sum += (taps[c * kernel + k] ?? 0) * (cached[from * CHANNELS + c] ?? 0);
    }
    return at(token, 1, c) * sum;
  });

  const buffers = [[Uint32Array.of(tokens, position, 0, 0), projected, taps, inputs, expected.length]];
  const grid = shortConvolutionGrid(CHANNELS, tokens);
  const constants = { KERNEL: kernel };
  const y = await runKernel(gpu, shortConvolution('f32'), constants, buffers, grid, [0, 4]);
  expect(largestDifference(y, expected)).toBeLessThan(1e-6);
  const kept = await runKernel(gpu, shortConvolution('f32'), constants, buffers, grid, [0, 3]);
  expect(largestDifference(kept, cached)).toBeLessThan(1e-6);
});
