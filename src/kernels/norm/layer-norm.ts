import type { Constants, Kernel, Trial } from '../../gpu/kernel.ts';
import { compose, reduction, type Variant } from '../shared/compose.ts';
import { randomFloats } from '../shared/random.ts';
import { F32_TOLERANCE } from '../shared/tolerances.ts';
import main from './layer-norm.wgsl?raw';
import { layerNormReference } from './reference.ts';

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
    trial,
  };
}

function trial({ EPSILON = 0 }: Constants): Trial {
  const [tokens, columns] = [3, 300];
  const norm = randomFloats(2 * columns, 1);
  const x = randomFloats(tokens * columns, 2).map(value => value + 1);
  return {
    buffers: [[norm, x]],
    grid: [tokens, 1, 1],
    results: [{ binding: 1, expected: layerNormReference(x, norm, EPSILON), tolerance: F32_TOLERANCE }],
  };
}
