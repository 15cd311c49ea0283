import { describe, expect, test } from 'vitest';
import { testGpu } from '../../../test/gpu/open.ts';
import { largestDifference, randomFloats, runKernel, variants } from '../../../test/gpu/run-kernel.ts';
import { rmsNormReference } from './reference.ts';
import { rmsNorm } from './rms-norm.ts';

const gpu = await testGpu();

describe.each(variants(gpu))('$name', ({ variant }) => {
  test.each([
    { columns: 4, ADD: 0 },
    { columns: 64, ADD: 1 },
    { columns: 300, ADD: 0 },
  ])('RMSNorm of $columns columns, adding $ADD', async ({ columns, ADD }) => {
    const tokens = 3;
    const epsilon = 0.01;
    const x = randomFloats(tokens * columns, 1);
    const weight = randomFloats(columns, 2);
    const held = randomFloats(tokens * columns, 3);
    const expected = rmsNormReference(x, weight, epsilon).map((value, i) => value + ADD * (held[i] ?? 0));
    const buffers = [[Uint32Array.of(tokens, 0, 0, 0), x, weight, held]];
    const constants = { EPSILON: epsilon, ADD };
    const y = await runKernel(gpu, rmsNorm(variant), constants, buffers, [tokens, 1, 1], [0, 3]);
    expect(largestDifference(y, expected)).toBeLessThan(1e-5);
  });
});
