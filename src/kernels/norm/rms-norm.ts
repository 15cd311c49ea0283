import type { Constants, Kernel, Trial } from '../../gpu/kernel.ts';
import { compose, reduction, snippets, type Variant } from '../shared/compose.ts';
import { randomFloats } from '../shared/random.ts';
import { F32_TOLERANCE } from '../shared/tolerances.ts';
import { rmsNormReference } from './reference.ts';
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
    trial,
  };
}

function trial({ EPSILON = 0, ADD = 0 }: Constants): Trial {
  const [tokens, columns] = [3, 300];
  const x = randomFloats(tokens * columns, 1);
  const weight = randomFloats(columns, 2);
  const held = randomFloats(x.length, 3);
  const expected = rmsNormReference(x, weight, EPSILON).map((value, i) => value + ADD * (held[i] ?? 0));
  return {
    buffers: [[Uint32Array.of(tokens, 0, 0, 0), x, weight, held]],
    grid: [tokens, 1, 1],
    results: [{ binding: 3, expected, tolerance: F32_TOLERANCE }],
  };
}
