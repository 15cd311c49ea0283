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

/** Numbers of a token's q, k and v. */
export function mixedWidth({ keyDim, keyHeads, valueDim, valueHeads }: DeltaHeads): number {
  return 2 * keyHeads * keyDim + valueHeads * valueDim;
}

/** Numbers of all heads' states. */
export function memorySize({ keyDim, valueDim, valueHeads }: DeltaHeads): number {
  return valueHeads * valueDim * keyDim;
}
