import type { Kernel } from '../../gpu/kernel.ts';
import { compose, reduction, type Variant } from '../shared/compose.ts';
import main from './layer-norm.wgsl?raw';

/**
 * LayerNorm of each token's row, in place; one workgroup a token.
 *
 * Group 0: weights and then biases (2, columns), x (tokens, columns). Constants: EPSILON.
 */
export function layerNorm(variant: Variant): Kernel {
  return {
    name: 'layer-norm',
    code: compose(reduction(variant), main),
    groups: [['read', 'write']],
  };
}
