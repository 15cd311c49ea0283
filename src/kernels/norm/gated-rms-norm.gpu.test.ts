import { describe, expect, test } from 'vitest';
import { testGpu } from '../../../test/gpu/open.ts';
import { largestDifference, randomFloats, runKernel, variants } from '../../../test/gpu/run-kernel.ts';
import { gatedRmsNorm } from './gated-rms-norm.ts';
import { rmsNormReference, silu } from './reference.ts';

const gpu = await testGpu();

describe.each(variants(gpu))('$name', ({ variant }) => {
  test.each([32, 300])('heads of %i are normed by themselves, then gated', async headDim => {
    const [heads, tokens, EPSILON] = [3, 2, 0.01];
    const x = randomFloats(tokens * heads * headDim, 1);
    const gate = randomFloats(x.length, 2).map(value => 4 * value);
    const weight = randomFloats(headDim, 3);
    const expected = rmsNormReference(x, weight, EPSILON).map((value, i) => value * silu(gate[i] ?? 0));
    const grid = [heads, tokens, 1] as const;
    const y = await runKernel(gpu, gatedRmsNorm(variant), { EPSILON }, [[gate, weight, x]], grid, [0, 2]);
    expect(largestDifference(y, expected)).toBeLessThan(1e-5);
  });
});
