import { describe, expect, test } from 'vitest';
import { testGpu } from '../../../test/gpu/open.ts';
import { largestDifference, randomFloats, runKernel, variants } from '../../../test/gpu/run-kernel.ts';
import { layerNorm } from './layer-norm.ts';

const gpu = await testGpu();

describe.each(variants(gpu))('$name', ({ variant }) => {
  test.each([4, 64, 300])('LayerNorm of %i columns that lie far from zero', async columns => {
    const tokens = 3;
    const epsilon = 0.01;
    const x = randomFloats(tokens * columns, 1).map(value => value + 20);
    const norm = randomFloats(2 * columns, 2);
    const expected = x.map((value, i) => {
      const row = x.subarray(i - (i % columns), i - (i % columns) + columns);
      const mean = row.reduce((sum, v) => sum + v, 0) / columns;
      const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / columns;
      const normal = (value - mean) / Math.sqrt(variance + epsilon);
      return normal * (norm[i % columns] ?? 0) + (norm[columns + (i % columns)] ?? 0);
    });
    const constants = { EPSILON: epsilon };
    const y = await runKernel(gpu, layerNorm(variant), constants, [[norm, x]], [tokens, 1, 1], [0, 1]);
    expect(largestDifference(y, expected)).toBeLessThan(3e-5);
  });
});
