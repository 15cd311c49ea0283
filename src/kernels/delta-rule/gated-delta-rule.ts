import type { Constants, Grid, Kernel, Trial } from '../../gpu/kernel.ts';
import { compose, reduction, snippets, type Variant } from '../shared/compose.ts';
import { randomFloats } from '../shared/random.ts';
import { F32_TOLERANCE } from '../shared/tolerances.ts';
import { type DeltaHeads, memorySize, mixedWidth } from './delta-heads.ts';
import main from './gated-delta-rule.wgsl?raw';
import { deltaRuleReference } from './reference.ts';

export { type DeltaHeads, MAX_KEY_DIM, memorySize, mixedWidth } from './delta-heads.ts';

/**
 * Each value head's state, moved on by each of the step's tokens, and what the token's query reads of it.
 *
 * Group 0: step, mixed (tokens, {@link mixedWidth}): q, k and v end to end, alpha and beta (tokens, valueHeads), decay
 * (valueHeads), memory (valueHeads, valueDim / 4, keyDim, 4), result (tokens, valueHeads, valueDim). Constants:
 * {@link deltaConstants}, EPSILON.
 */
export function gatedDeltaRule(variant: Variant): Kernel {
  return {
    name: 'gated-delta-rule',
    code: compose(snippets.step, snippets.sigmoid, reduction(variant), main),
    groups: [['uniform', 'read', 'read', 'read', 'read', 'write', 'write']],
    trial,
  };
}

export function gatedDeltaRuleGrid({ valueDim, valueHeads }: DeltaHeads): Grid {
  return [valueDim / 4, valueHeads, 1];
}

export function deltaConstants({ keyDim, keyHeads, valueDim, valueHeads }: DeltaHeads): Record<string, number> {
  return { KEY_DIM: keyDim, KEY_HEADS: keyHeads, VALUE_DIM: valueDim, VALUE_HEADS: valueHeads };
}

/** In the middle of a text. */
function trial({ EPSILON = 0, ...constants }: Constants): Trial {
  const { KEY_DIM = 4, KEY_HEADS = 1, VALUE_DIM = 4, VALUE_HEADS = 1 } = constants;
  const heads = { keyDim: KEY_DIM, keyHeads: KEY_HEADS, valueDim: VALUE_DIM, valueHeads: VALUE_HEADS };
  const tokens = 2;
  const mixed = randomFloats(tokens * mixedWidth(heads), 1);
  const alpha = randomFloats(tokens * VALUE_HEADS, 2);
  const beta = randomFloats(tokens * VALUE_HEADS, 3);
  const decay = randomFloats(VALUE_HEADS, 4).map(value => -Math.abs(value));
  const memory = randomFloats(memorySize(heads), 5);
  const { result, kept } = deltaRuleReference(heads, tokens, { mixed, alpha, beta, decay, memory, epsilon: EPSILON });
  return {
    buffers: [[Uint32Array.of(tokens, 1, 0, 0), mixed, alpha, beta, decay, memory, result.length]],
    grid: gatedDeltaRuleGrid(heads),
    results: [
      { binding: 5, expected: kept, tolerance: F32_TOLERANCE },
      { binding: 6, expected: result, tolerance: F32_TOLERANCE },
    ],
  };
}
