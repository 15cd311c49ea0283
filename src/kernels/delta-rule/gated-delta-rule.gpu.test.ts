import { describe, expect, test } from 'vitest';
import { testGpu } from '../../../test/gpu/open.ts';
import { largestDifference, randomFloats, runKernel, variants } from '../../../test/gpu/run-kernel.ts';
import {
  type DeltaHeads,
  deltaConstants,
  gatedDeltaRule,
  gatedDeltaRuleGrid,
  memorySize,
  mixedWidth,
} from './gated-delta-rule.ts';

const gpu = await testGpu();

const EPSILON = 1e-6;

interface Step {
  readonly mixed: Float32Array<ArrayBuffer>;
  readonly alpha: Float32Array<ArrayBuffer>;
  readonly beta: Float32Array<ArrayBuffer>;
  readonly decay: Float32Array<ArrayBuffer>;
  /** As the kernel keeps it, or undefined at the beginning of a text. */
  readonly memory: Float32Array | undefined;
}

/** The rule as the paper has it, one head and token at a time, in double precision. */
function oracle(heads: DeltaHeads, tokens: number, { mixed, alpha, beta, decay, memory }: Step) {
  const { keyDim, keyHeads, valueDim, valueHeads } = heads;
  const result = new Float32Array(tokens * valueHeads * valueDim);
  const kept = new Float32Array(memorySize(heads));
  for (let head = 0; head < valueHeads; head++) {
    const slot = (i: number, j: number) => ((head * (valueDim >> 2) + (j >> 2)) * keyDim + i) * 4 + (j & 3);
    let state = matrix(keyDim, valueDim, (i, j) => memory?.[slot(i, j)] ?? 0);
    for (let token = 0; token < tokens; token++) {
      const row = mixed.subarray(token * mixedWidth(heads));
      const part = (first: number, length: number) => [...row.subarray(first, first + length)];
      const keyHead = (head % keyHeads) * keyDim;
      const q = unit(part(keyHead, keyDim)).map(value => value / Math.sqrt(keyDim));
      const k = unit(part(keyHeads * keyDim + keyHead, keyDim));
      const v = part(2 * keyHeads * keyDim + head * valueDim, valueDim);
      const of = (values: Float32Array) => values[token * valueHeads + head] ?? 0;
      const g = Math.exp((decay[head] ?? 0) * Math.log1p(Math.exp(of(alpha))));
      const strength = 1 / (1 + Math.exp(-of(beta)));
      state = state.map(values => values.map(value => value * g));
      const error = v.map((value, j) => strength * (value - read(state, k, j)));
      state = state.map((values, i) => values.map((value, j) => value + (k[i] ?? 0) * (error[j] ?? 0)));
      for (let j = 0; j < valueDim; j++) result[(token * valueHeads + head) * valueDim + j] = read(state, q, j);
    }
    for (const [i, values] of state.entries()) for (const [j, value] of values.entries()) kept[slot(i, j)] = value;
  }
  return { result, kept };
}

function matrix(rows: number, columns: number, at: (i: number, j: number) => number): number[][] {
  return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => at(i, j)));
}

function read(state: readonly number[][], by: readonly number[], column: number): number {
  return state.reduce((sum, row, i) => sum + (by[i] ?? 0) * (row[column] ?? 0), 0);
}

function unit(values: readonly number[]): number[] {
  const length = Math.max(Math.hypot(...values), EPSILON);
  return values.map(value => value / length);
}

describe.each(variants(gpu))('$name', ({ variant }) => {
  test.each([
    { keyDim: 32, keyHeads: 2, valueDim: 32, valueHeads: 4, tokens: 1, position: 7 },
    { keyDim: 32, keyHeads: 2, valueDim: 8, valueHeads: 4, tokens: 9, position: 0 }, // whatever the memory held
    { keyDim: 200, keyHeads: 1, valueDim: 4, valueHeads: 3, tokens: 5, position: 3 },
  ])(
    '$valueHeads heads of $keyDim × $valueDim, $tokens tokens at $position',
    async ({ tokens, position, ...heads }) => {
      const { valueHeads, valueDim } = heads;
      const memory = randomFloats(memorySize(heads), 1);
      const step = {
        mixed: randomFloats(tokens * mixedWidth(heads), 2),
        alpha: randomFloats(tokens * valueHeads, 3).map(value => 4 * value),
        beta: randomFloats(tokens * valueHeads, 4).map(value => 4 * value),
        decay: randomFloats(valueHeads, 5).map(value => -Math.abs(value)),
      };
      // A key that is zero has no direction, and must not make one up.
      if (tokens > 4) step.mixed.fill(0, mixedWidth(heads), 2 * mixedWidth(heads));
      const expected = oracle(heads, tokens, { ...step, memory: position > 0 ? memory : undefined });
      const inputs = [step.mixed, step.alpha, step.beta, step.decay];
      const buffers = [[Uint32Array.of(tokens, position, 0, 0), ...inputs, memory, tokens * valueHeads * valueDim]];
      const constants = { ...deltaConstants(heads), EPSILON };
      const run = (binding: number) =>
        runKernel(gpu, gatedDeltaRule(variant), constants, buffers, gatedDeltaRuleGrid(heads), [0, binding]);
      expect(largestDifference(await run(6), expected.result)).toBeLessThan(1e-5);
      expect(largestDifference(await run(5), expected.kept)).toBeLessThan(1e-5);
    },
  );
});
