import type { Grid, Kernel } from '../../gpu/kernel.ts';
import { type CacheType, cacheSnippets } from '../shared/cache.ts';
import { compose, snippets } from '../shared/compose.ts';
import main from './short-convolution.wgsl?raw';

/**
 * Gated causal convolution of each channel, over the step's tokens and those before it.
 *
 * Group 0: step, projected (tokens, 3, channels), taps (channels, KERNEL), inputs (capacity, channels), y (tokens,
 * channels). Constants: KERNEL.
 */
export function shortConvolution(cache: CacheType): Kernel {
  return {
    name: 'short-convolution',
    code: compose(snippets.step, cacheSnippets[cache], main),
    groups: [['uniform', 'read', 'read', 'write', 'write']],
  };
}

export function shortConvolutionGrid(channels: number, tokens: number): Grid {
  return [Math.ceil(channels / 4 / 64), tokens, 1];
}
