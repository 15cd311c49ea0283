import { describe, expect, test } from 'vitest';
import { testGpu } from '../../../test/gpu/open.ts';
import { largestDifference, randomFloats, runKernel, variants } from '../../../test/gpu/run-kernel.ts';
import type { Variant } from '../shared/compose.ts';
import { packHeads } from '../shared/heads.ts';
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

/** One head rotated as the paper writes it. */
function rotated(head: Float32Array, angles: readonly number[], halves: boolean): Float32Array {
  const result = head.slice();
  for (const [i, angle] of angles.entries()) {
    const [first, second] = halves ? [i, i + angles.length] : [2 * i, 2 * i + 1];
    const [a, b] = [head[first] ?? 0, head[second] ?? 0];
    result[first] = a * Math.cos(angle) - b * Math.sin(angle);
    result[second] = b * Math.cos(angle) + a * Math.sin(angle);
  }
  return result;
}

/** RMSNorm of one row after the other, as long as the gains are. */
function normed(data: Float32Array, gains: Float32Array, epsilon: number): Float32Array {
  return data.map((value, i) => {
    const start = i - (i % gains.length);
    const squares = data.subarray(start, start + gains.length).reduce((sum, v) => sum + v * v, 0);
    return (value / Math.sqrt(squares / gains.length + epsilon)) * (gains[i % gains.length] ?? 0);
  });
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
  const { heads, kvHeads, headDim, rotaryDim, tokens, position, capacity } = SHAPE;
  const angle = (at: number, pair: number) => at * 0.7 ** pair;
  const pairs = Array.from({ length: rotaryDim / 2 }, (_, i) => i);
  const q = randomFloats(tokens * heads * headDim, 1);
  const k = randomFloats(tokens * kvHeads * headDim, 2);
  const v = randomFloats(tokens * kvHeads * headDim, 3);
  const epsilon = 0.01;
  const spans = norm === 'head' ? [headDim, headDim] : [heads * headDim, kvHeads * headDim];
  const gains = randomFloats((spans[0] ?? 0) + (spans[1] ?? 0), 4);
  const maybeNormed = (data: Float32Array, of: Float32Array) => (norm === 'none' ? data : normed(data, of, epsilon));
  const normedQ = maybeNormed(q, gains.subarray(0, spans[0]));
  const normedK = maybeNormed(k, gains.subarray(spans[0]));
  const rotations = new Float32Array(capacity * rotaryDim);
  for (let at = 0; at < capacity; at++) {
    for (const pair of pairs) {
      rotations.set([Math.cos(angle(at, pair)), Math.sin(angle(at, pair))], at * rotaryDim + pair * 2);
    }
  }

  const anglesAt = (token: number) => pairs.map(pair => angle(position + token, pair));
  const headsOf = (data: Float32Array, count: number) =>
    Array.from({ length: tokens * count }, (_, i) => ({
      token: Math.floor(i / count),
      head: i % count,
      values: data.slice(i * headDim, (i + 1) * headDim),
    }));

  /** What a cache should hold: zero but for the step's positions. */
  function cached(data: Float32Array, rotate: boolean): Float32Array {
    const cache = new Float32Array(kvHeads * capacity * headDim);
    for (const { token, head, values } of headsOf(data, kvHeads)) {
      const row = rotate ? rotated(values, anglesAt(token), halves) : values;
      cache.set(row, (head * capacity + position + token) * headDim);
    }
    return cache;
  }

  const headShape = packHeads({ ...SHAPE, scale: 1 });
  const constants = { HALVES: halves ? 1 : 0, NORM: QueryKeyNorm[norm], EPSILON: epsilon, GATED: gated ? 1 : 0 };
  const gate = randomFloats(headDim, 5);
  const source = gated ? Float32Array.from(headsOf(q, heads).flatMap(({ values }) => [...values, ...gate])) : q;
  const grid = ropeGrid(heads, kvHeads, tokens);
  const cacheSize = kvHeads * capacity * headDim;
  const buffers = [
    [Uint32Array.of(tokens, position, 0, 0), headShape, source, k, v, rotations, gains, q.length, cacheSize, cacheSize],
  ];

  test('queries', async () => {
    const queries = await runKernel(gpu, rope('f32', variant), constants, buffers, grid, [0, 7]);
    const expected = headsOf(normedQ, heads).flatMap(({ token, values }) => [
      ...rotated(values, anglesAt(token), halves),
    ]);
    expect(largestDifference(queries, Float32Array.from(expected))).toBeLessThan(2e-6);
  });

  test.each([
    { name: 'keys', binding: 8, expected: cached(normedK, true) },
    { name: 'values', binding: 9, expected: cached(v, false) },
  ])('$name in the cache, f32 and f16', async ({ binding, expected }) => {
    const plain = await runKernel(gpu, rope('f32', variant), constants, buffers, grid, [0, binding]);
    expect(largestDifference(plain, expected)).toBeLessThan(2e-6);
    const packed = await runKernel(gpu, rope('f16', variant), constants, buffers, grid, [0, binding]);
    const halvesOfWords = new Uint16Array(packed.buffer);
    expect(largestDifference(Float32Array.from(halvesOfWords.subarray(0, cacheSize), fromHalf), expected)).toBeLessThan(
      1.5e-3, // numbers up to 2 or 3, in 11 bits
    );
  });
});

/** A normal half-precision number. */
function fromHalf(bits: number): number {
  if (bits % 0x8000 === 0) return 0;
  const exponent = (bits >> 10) & 31;
  return (bits & 0x8000 ? -1 : 1) * 2 ** (exponent - 15) * (1 + (bits & 1023) / 1024);
}
