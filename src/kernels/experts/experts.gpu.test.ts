import { expect, test } from 'vitest';
import { testGpu } from '../../../test/gpu/open.ts';
import { largestDifference, randomFloats, runKernel } from '../../../test/gpu/run-kernel.ts';
import { MATMUL_TILE } from '../linear/linear.ts';
import { NONE } from '../linear/reference.ts';
import { choose, combine, combineGrid, GROUP_CONSTANTS, group, groupTiles } from './experts.ts';
import { chosenExperts, combineReference } from './reference.ts';

const gpu = await testGpu();

test.each([
  { experts: 6, count: 2 },
  { experts: 6, count: 6 },
  { experts: 150, count: 64 }, // all there may be
  { experts: 512, count: 10 },
])('$count of $experts experts', async ({ experts, count }) => {
  const tokens = 3;
  const logits = randomFloats(tokens * experts, 1).map(logit => logit * 4);
  // Equal ones: the first comes first.
  logits.copyWithin(2, 1, 2);
  const constants = { EXPERTS: experts, CHOSEN: count };
  const words = await runKernel(gpu, choose, constants, [[logits, tokens * count * 2]], [tokens, 1, 1], [0, 1]);
  const numbers = new Uint32Array(words.buffer);
  const expected = Array.from({ length: tokens }, (_, token) =>
    chosenExperts([...logits.subarray(token * experts, (token + 1) * experts)], count),
  ).flat();
  expect(expected.map((_, i) => numbers[i * 2])).toEqual(expected.map(({ expert }) => expert));
  const weights = Float32Array.from(expected, (_, i) => words[i * 2 + 1] ?? Number.NaN);
  expect(
    largestDifference(
      weights,
      Float32Array.from(expected, ({ weight }) => weight),
    ),
  ).toBeLessThan(1e-6);
});

test('logits far apart are weighted without overflow', async () => {
  const words = await runKernel(
    gpu,
    choose,
    { EXPERTS: 3, CHOSEN: 2 },
    [[Float32Array.of(-500, 300, 500), 4]],
    [1, 1, 1],
    [0, 1],
  );
  expect([words[1], words[3]]).toEqual([1, 0]);
});

// Experts that nobody chose, and some that fill tiles to the last place, or one place more.
test.each([
  { experts: 6, tokens: 70, chosen: 2 },
  { experts: 512, tokens: 256, chosen: 3 },
  { experts: 40, tokens: 1, chosen: 3 },
])('choices of $tokens tokens come together by expert', async ({ experts, tokens, chosen }) => {
  // Powers of two, so that few experts have most of the choices.
  const of = (i: number) => Math.min(experts - 1, 2 ** ((i * 7) % 9) - 1);
  const count = tokens * chosen;
  const choices = Uint32Array.from({ length: count * 2 }, (_, i) => (i % 2 === 0 ? of(i / 2) : 0));
  const tiles = groupTiles(count, experts);
  const step = Uint32Array.of(tokens, 0, 0, 0);
  const buffers = [[step, choices, tiles * MATMUL_TILE]];
  const constants = { EXPERTS: experts, CHOSEN: chosen, ...GROUP_CONSTANTS };
  const words = await runKernel(gpu, group, constants, buffers, [1, 1, 1], [0, 2]);
  const order = [...new Uint32Array(words.buffer)];

  const numbers = order.filter(number => number !== NONE);
  expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
  for (let tile = 0; tile < tiles; tile++) {
    const places = order.slice(tile * MATMUL_TILE, (tile + 1) * MATMUL_TILE);
    const used = places.filter(number => number !== NONE);
    expect(new Set(used.map(of)).size, `experts of tile ${tile}`).toBeLessThanOrEqual(1);
    expect(
      places.slice(used.length).every(number => number === NONE),
      `tile ${tile} is filled from its start`,
    ).toBe(true);
  }
});

test('choices may take as many tiles as there are, and no more', () => {
  expect(groupTiles(1, 6)).toBe(1);
  expect(groupTiles(40, 128)).toBe(40); // each of another expert
  expect(groupTiles(64, 1)).toBe(2);
  expect(groupTiles(65, 2)).toBe(3); // 32 and 33
  expect(groupTiles(66, 2)).toBe(4); // 33 and 33
});

test.each([{ columns: 12 }, { columns: 300 }])('the weighted sum of $columns columns', async ({ columns }) => {
  const [tokens, chosen] = [3, 2];
  const weights = randomFloats(tokens * chosen, 1);
  const results = randomFloats(tokens * chosen * columns, 2);
  const held = randomFloats(tokens * columns, 3);
  const choices = Float32Array.from({ length: tokens * chosen * 2 }, (_, i) => weights[(i - 1) / 2] ?? 0);
  const expected = combineReference(held, weights, results);
  const constants = { CHOSEN: chosen, COLUMNS: columns };
  const grid = combineGrid(columns, tokens);
  const y = await runKernel(gpu, combine, constants, [[choices, results, held]], grid, [0, 2]);
  expect(largestDifference(y, expected)).toBeLessThan(1e-6);
});
