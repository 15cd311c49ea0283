import type { Grid, Kernel } from '../../gpu/kernel.ts';
import { compose, snippets } from '../shared/compose.ts';
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
};

export function shortConvolutionGrid(channels: number): Grid {
  return [Math.ceil(channels / 4 / 8), 1, 1];
}
