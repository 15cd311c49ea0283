import { describe, expect, test } from 'vitest';
import { testGpu } from '../../../test/gpu/open.ts';
import { largestDifference, randomFloats, runKernel, variants } from '../../../test/gpu/run-kernel.ts';
import { layerNorm } from './layer-norm.ts';
import { layerNormReference } from './reference.ts';

const gpu = await testGpu();

describe.each(variants(gpu))('$name', ({ variant }) => {
  test.each([4, 64, 300])('LayerNorm of %i columns that lie far from zero', async columns => {
    const tokens = 3;
    const epsilon = 0.01;
    const x = randomFloats(tokens * columns, 1).map(value => value + 20);
    const norm = randomFloats(2 * columns, 2);
    const expected = layerNormReference(x, norm, epsilon);
    const constants = { EPSILON: epsilon };
    const y = await runKernel(gpu, layerNorm(variant), constants, [[norm, x]], [tokens, 1, 1], [0, 1]);
    expect(largestDifference(y, expected)).toBeLessThan(3e-5);
  });
});
