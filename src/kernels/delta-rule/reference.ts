import { type DeltaHeads, memorySize, mixedWidth } from './delta-heads.ts';

export interface DeltaInputs {
  readonly mixed: Float32Array; // (tokens, mixedWidth): q, k and v end to end
  readonly alpha: Float32Array; // (tokens, valueHeads)
  readonly beta: Float32Array; // (tokens, valueHeads)
  readonly decay: Float32Array; // (valueHeads)
  /** (valueHeads, valueDim / 4, keyDim, 4), or undefined at the beginning of a text. */
  readonly memory: Float32Array | undefined;
  /** The least length that q and k are divided by. */
  readonly epsilon: number;
}

/** The rule as the paper has it, one head and token at a time, in double precision: what is read, and the memory after. */
export function deltaRuleReference(heads: DeltaHeads, tokens: number, inputs: DeltaInputs) {
  const { valueDim, valueHeads } = heads;
  const result = new Float32Array(tokens * valueHeads * valueDim);
  const kept = inputs.memory ? Float32Array.from(inputs.memory) : new Float32Array(memorySize(heads));
  for (let head = 0; head < valueHeads; head++) {
    for (let token = 0; token < tokens; token++) {
      const { q, k, v, g, strength } = ofToken(heads, inputs, token, head);
      for (let j = 0; j < valueDim; j++) {
        const state = columnOf(heads, kept, head, j);
        for (const [i, value] of state.values.entries()) state.values[i] = g * value;
        const error = strength * ((v[j] ?? 0) - dot(state.values, k));
        for (const [i, value] of state.values.entries()) state.values[i] = value + (k[i] ?? 0) * error;
        state.store();
        result[(token * valueHeads + head) * valueDim + j] = dot(state.values, q);
      }
    }
  }
  return { result, kept };
}

function ofToken(
  { keyDim, keyHeads, valueDim, valueHeads }: DeltaHeads,
  inputs: DeltaInputs,
  token: number,
  head: number,
) {
  const { mixed, alpha, beta, decay, epsilon } = inputs;
  const width = mixedWidth({ keyDim, keyHeads, valueDim, valueHeads });
  const part = (first: number, length: number) => [...mixed.subarray(token * width + first).subarray(0, length)];
  const keyHead = (head % keyHeads) * keyDim;
  const of = (values: Float32Array) => values[token * valueHeads + head] ?? 0;
  return {
    q: unit(part(keyHead, keyDim), epsilon).map(value => value / Math.sqrt(keyDim)),
    k: unit(part(keyHeads * keyDim + keyHead, keyDim), epsilon),
    v: part(2 * keyHeads * keyDim + head * valueDim, valueDim),
    g: Math.exp((decay[head] ?? 0) * Math.log1p(Math.exp(of(alpha)))),
    strength: 1 / (1 + Math.exp(-of(beta))),
  };
}

/** One column of a head's state, and how to put it back. */
function columnOf({ keyDim, valueDim }: DeltaHeads, memory: Float32Array, head: number, j: number) {
  const slot = (i: number) => ((head * (valueDim >> 2) + (j >> 2)) * keyDim + i) * 4 + (j & 3);
  const values = Array.from({ length: keyDim }, (_, i) => memory[slot(i)] ?? 0);
  const store = () => {
    for (const [i, value] of values.entries()) memory[slot(i)] = value;
  };
  return { values, store };
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (const [i, value] of a.entries()) sum += value * (b[i] ?? 0);
  return sum;
}

function unit(values: readonly number[], epsilon: number): number[] {
  const length = Math.max(Math.hypot(...values), epsilon);
  return values.map(value => value / length);
}
