import { describe, expect, test } from 'vitest';
import { testGpu } from '../../../test/gpu/open.ts';
import { largestDifference, randomFloats, runKernel, variants } from '../../../test/gpu/run-kernel.ts';
import { memorySize, mixedWidth } from './delta-heads.ts';
import { deltaConstants, gatedDeltaRule, gatedDeltaRuleGrid } from './gated-delta-rule.ts';
import { deltaRuleReference } from './reference.ts';

const gpu = await testGpu();

const EPSILON = 1e-6;

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
      const expected = deltaRuleReference(heads, tokens, {
        ...step,
        epsilon: EPSILON,
        memory: position > 0 ? memory : undefined,
      });
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
