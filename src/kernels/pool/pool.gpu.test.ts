import { expect, test } from 'vitest';
import { testGpu } from '../../../test/gpu/open.ts';
import { largestDifference, randomFloats, runKernel } from '../../../test/gpu/run-kernel.ts';
import { Pooling, pool, poolGrid } from './pool.ts';

const gpu = await testGpu();

const TOKENS = 5;
const COLUMNS = 300;
const x = randomFloats(TOKENS * COLUMNS, 1);
const before = randomFloats(COLUMNS, 2);
const row = (token: number) => x.slice(token * COLUMNS, (token + 1) * COLUMNS);
const sum = before.map((_, column) => [0, 1, 2, 3, 4].reduce((all, token) => all + (row(token)[column] ?? 0), 0));

test.each([
  { pooling: 'mean' as const, position: 0, expected: sum },
  { pooling: 'mean' as const, position: 7, expected: sum.map((value, column) => value + (before[column] ?? 0)) },
  { pooling: 'cls' as const, position: 0, expected: row(0) },
  { pooling: 'cls' as const, position: 7, expected: before },
  { pooling: 'last' as const, position: 0, expected: row(4) },
  { pooling: 'last' as const, position: 7, expected: row(4) },
])('$pooling of tokens from $position on', async ({ pooling, position, expected }) => {
  const buffers = [[Uint32Array.of(TOKENS, position, 0, 0), x, before]];
  const pooled = await runKernel(gpu, pool, { POOLING: Pooling[pooling] }, buffers, poolGrid(COLUMNS), [0, 2]);
  expect(largestDifference(pooled, expected)).toBeLessThan(1e-5);
});
