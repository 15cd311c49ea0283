import { describe, expect, test } from 'vitest';
import { testGpu } from '../../../test/gpu/open.ts';
import { largestDifference, randomFloats, runKernel, variants } from '../../../test/gpu/run-kernel.ts';
import { rmsNormReference } from '../norm/reference.ts';
import { readCache } from '../shared/cache-reference.ts';
import type { Variant } from '../shared/compose.ts';
import { packHeads } from '../shared/heads.ts';
import { cachedReference, rotateReference, rotationTable } from './reference.ts';
import { QueryKeyNorm, rope, ropeGrid } from './rope.ts';

const gpu = await testGpu();

const SHAPE = { heads: 4, kvHeads: 2, headDim: 24, rotaryDim: 16, tokens: 3, position: 5, capacity: 10 };

interface Case {
  readonly name: string;
  readonly halves: boolean;
  readonly norm: keyof typeof QueryKeyNorm;
  readonly gated?: boolean;
  readonly variant: Variant;
}

describe.each(
  variants(gpu).flatMap(({ name, variant }): Case[] => [
    { name: `adjacent pairs, ${name}`, halves: false, norm: 'none', variant },
    { name: `pairs of halves, ${name}`, halves: true, norm: 'none', variant },
    { name: `norm of each head, ${name}`, halves: true, norm: 'head', variant },
    { name: `norm of all heads, ${name}`, halves: false, norm: 'allHeads', variant },
    { name: `gates behind the heads of q, ${name}`, halves: true, norm: 'head', gated: true, variant },
  ]),
)('$name', ({ halves, norm, gated = false, variant }) => {
  const { heads, kvHeads, headDim, tokens, position, capacity } = SHAPE;
  const q = randomFloats(tokens * heads * headDim, 1);
  const k = randomFloats(tokens * kvHeads * headDim, 2);
  const v = randomFloats(tokens * kvHeads * headDim, 3);
  const epsilon = 0.01;
  const spans = norm === 'head' ? [headDim, headDim] : [heads * headDim, kvHeads * headDim];
  const gains = randomFloats((spans[0] ?? 0) + (spans[1] ?? 0), 4);
  const maybeNormed = (data: Float32Array, of: Float32Array) =>
    norm === 'none' ? data : rmsNormReference(data, of, epsilon);
  const normedQ = maybeNormed(q, gains.subarray(0, spans[0]));
  const normedK = maybeNormed(k, gains.subarray(spans[0]));
  const shape = { ...SHAPE, halves };

  const headShape = packHeads({ ...SHAPE, scale: 1 });
  const constants = { HALVES: halves ? 1 : 0, NORM: QueryKeyNorm[norm], EPSILON: epsilon, GATED: gated ? 1 : 0 };
  const gate = randomFloats(headDim, 5);
  const rows = Array.from({ length: tokens * heads }, (_, i) => q.subarray(i * headDim, (i + 1) * headDim));
  const source = gated ? Float32Array.from(rows.flatMap(row => [...row, ...gate])) : q;
  const grid = ropeGrid(heads, kvHeads, tokens);
  const cacheSize = kvHeads * capacity * headDim;
  const buffers = [
    [
      Uint32Array.of(tokens, position, 0, 0),
      headShape,
      source,
      k,
      v,
      rotationTable(shape),
      gains,
      q.length,
      cacheSize,
      cacheSize,
    ],
  ];

  test('queries', async () => {
    const queries = await runKernel(gpu, rope('f32', variant), constants, buffers, grid, [0, 7]);
    expect(largestDifference(queries, rotateReference(normedQ, heads, shape))).toBeLessThan(2e-6);
  });

  test.each([
    { name: 'keys', binding: 8, expected: cachedReference(rotateReference(normedK, kvHeads, shape), kvHeads, shape) },
    { name: 'values', binding: 9, expected: cachedReference(v, kvHeads, shape) },
  ])('$name in the cache, f32 and f16', async ({ binding, expected }) => {
    const plain = await runKernel(gpu, rope('f32', variant), constants, buffers, grid, [0, binding]);
    expect(largestDifference(plain, expected)).toBeLessThan(2e-6);
    const packed = await runKernel(gpu, rope('f16', variant), constants, buffers, grid, [0, binding]);
    const unpacked = readCache('f16', Uint8Array.from(new Uint8Array(packed.buffer)).buffer, headDim);
    expect(largestDifference(unpacked, expected)).toBeLessThan(1.5e-3); // numbers up to 2 or 3, in 11 bits
  });
});
