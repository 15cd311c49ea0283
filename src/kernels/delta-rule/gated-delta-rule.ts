import type { Grid, Kernel } from '../../gpu/kernel.ts';
import { compose, reduction, snippets, type Variant } from '../shared/compose.ts';
import main from './gated-delta-rule.wgsl?raw';

/** The kernel keeps four rows of the state in an invocation's registers. */
export const MAX_KEY_DIM = 256;

/** The heads of a delta net: value head h reads with the query and writes with the key of head h % keyHeads. */
export interface DeltaHeads {
  /** At most {@link MAX_KEY_DIM}. */
  readonly keyDim: number;
  readonly keyHeads: number;
  /** A multiple of 4. */
  readonly valueDim: number;
  readonly valueHeads: number;
}

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
  };
}

export function gatedDeltaRuleGrid({ valueDim, valueHeads }: DeltaHeads): Grid {
  return [valueDim / 4, valueHeads, 1];
}

export function deltaConstants({ keyDim, keyHeads, valueDim, valueHeads }: DeltaHeads): Record<string, number> {
  return { KEY_DIM: keyDim, KEY_HEADS: keyHeads, VALUE_DIM: valueDim, VALUE_HEADS: valueHeads };
}

/** Numbers of a token's q, k and v. */
export function mixedWidth({ keyDim, keyHeads, valueDim, valueHeads }: DeltaHeads): number {
  return 2 * keyHeads * keyDim + valueHeads * valueDim;
}

/** Numbers of all heads' states. */
export function memorySize({ keyDim, valueDim, valueHeads }: DeltaHeads): number {
  return valueHeads * valueDim * keyDim;
}
