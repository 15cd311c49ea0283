import { expect, test } from 'vitest';
import { testGpu } from '../../../test/gpu/open.ts';
import { largestDifference, randomFloats, runKernel } from '../../../test/gpu/run-kernel.ts';
import { convolutionReference } from './reference.ts';
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
  const inputs = { kernel, channels: CHANNELS, tokens, position, gated, projected, taps, ring };
  const { y, kept } = convolutionReference(inputs);

  const buffers = [[Uint32Array.of(tokens, position, 0, 0), projected, taps, ring, y.length]];
  const constants = { KERNEL: kernel, GATED: gated ? 1 : 0 };
  const result = (binding: number) =>
    runKernel(gpu, shortConvolution, constants, buffers, shortConvolutionGrid(CHANNELS), [0, binding]);
  expect(largestDifference(await result(4), y)).toBeLessThan(1e-5);
  expect(largestDifference(await result(3), kept)).toBeLessThan(1e-6);
});
