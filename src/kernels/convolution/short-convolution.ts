import type { Constants, Grid, Kernel, Trial } from '../../gpu/kernel.ts';
import { compose, snippets } from '../shared/compose.ts';
import { randomFloats } from '../shared/random.ts';
import { F32_TOLERANCE } from '../shared/tolerances.ts';
import { convolutionReference } from './reference.ts';
import main from './short-convolution.wgsl?raw';

/**
 * Causal convolution of each channel, over the step's tokens and the last ones before it.
 *
 * Group 0: step, projected (tokens, channels), or (tokens, 3, channels) where GATED, taps (channels, KERNEL), inputs
 * (KERNEL, channels), y (tokens, channels). Constants: KERNEL, GATED.
 */
export const shortConvolution: Kernel = {
  name: 'short-convolution',
  code: compose(snippets.step, snippets.sigmoid, main),
  groups: [['uniform', 'read', 'read', 'write', 'write']],
  trial,
};

export function shortConvolutionGrid(channels: number): Grid {
  return [Math.ceil(channels / 4 / 8), 1, 1];
}

/** In the middle of a text, so that the first tokens see some of before. */
function trial({ KERNEL = 1, GATED }: Constants): Trial {
  const [channels, tokens, position] = [44, KERNEL + 2, KERNEL + 1];
  const gated = GATED === 1;
  const projected = randomFloats(tokens * (gated ? 3 : 1) * channels, 1);
  const taps = randomFloats(channels * KERNEL, 2);
  const ring = randomFloats(KERNEL * channels, 3);
  const { y, kept } = convolutionReference({
    kernel: KERNEL,
    channels,
    tokens,
    position,
    gated,
    projected,
    taps,
    ring,
  });
  return {
    buffers: [[Uint32Array.of(tokens, position, 0, 0), projected, taps, ring, y.length]],
    grid: shortConvolutionGrid(channels),
    results: [
      { binding: 3, expected: kept, tolerance: F32_TOLERANCE },
      { binding: 4, expected: y, tolerance: F32_TOLERANCE },
    ],
  };
}
