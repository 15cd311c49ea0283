import type { Constants, Kernel, Trial } from '../../gpu/kernel.ts';
import { compose, reduction, snippets, type Variant } from '../shared/compose.ts';
import { randomFloats } from '../shared/random.ts';
import { F32_TOLERANCE } from '../shared/tolerances.ts';
import main from './gated-rms-norm.wgsl?raw';
import { rmsNormReference, silu } from './reference.ts';

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
    trial,
  };
}

function trial({ EPSILON = 0 }: Constants): Trial {
  const [tokens, heads, headDim] = [3, 2, 300];
  const x = randomFloats(tokens * heads * headDim, 1);
  const gate = randomFloats(x.length, 2).map(value => 4 * value);
  const weight = randomFloats(headDim, 3);
  const expected = rmsNormReference(x, weight, EPSILON).map((value, i) => value * silu(gate[i] ?? 0));
  return {
    buffers: [[gate, weight, x]],
    grid: [heads, tokens, 1],
    results: [{ binding: 2, expected, tolerance: F32_TOLERANCE }],
  };
}
