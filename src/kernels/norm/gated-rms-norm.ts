import type { Kernel } from '../../gpu/kernel.ts';
import { compose, reduction, snippets, type Variant } from '../shared/compose.ts';
import main from './gated-rms-norm.wgsl?raw';

/**
 * RMSNorm of each head in place, times SiLU of a gate; a workgroup for each head and token.
 *
 * Group 0: gate (tokens, heads, headDim), weight (headDim), x (tokens, heads, headDim). Constants: EPSILON.
 */
export function gatedRmsNorm(variant: Variant): Kernel {
  return {
    name: 'gated-rms-norm',
    code: compose(snippets.sigmoid, reduction(variant), main),
    groups: [['read', 'read', 'write']],
  };
}
