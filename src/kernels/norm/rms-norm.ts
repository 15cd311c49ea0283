import type { Kernel } from '../../gpu/kernel.ts';
import { compose, reduction, snippets, type Variant } from '../shared/compose.ts';
import main from './rms-norm.wgsl?raw';

/**
 * RMSNorm of each token's row, stored or added to what y holds; one workgroup a token.
 *
 * Group 0: step, x (tokens, columns), weight (columns), y (tokens, columns). Constants: EPSILON, ADD.
 */
export function rmsNorm(variant: Variant): Kernel {
  return {
    name: 'rms-norm',
    code: compose(snippets.step, reduction(variant), main),
    groups: [['uniform', 'read', 'read', 'write']],
  };
}
