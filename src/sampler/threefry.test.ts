import { expect, test } from 'vitest';
import { threefry2x32, uniform } from './threefry.ts';

// Known answers published with Random123 (kat_vectors), threefry2x32 with 20 rounds.
test.each([
  { counter: [0, 0], key: [0, 0], expected: [0x6b200159, 0x99ba4efe] },
  { counter: [0xffffffff, 0xffffffff], key: [0xffffffff, 0xffffffff], expected: [0x1cb996fc, 0xbb002be7] },
  { counter: [0x243f6a88, 0x85a308d3], key: [0x13198a2e, 0x03707344], expected: [0xc4923a9c, 0x483df7a0] },
] as const)('threefry of $counter with key $key', ({ counter, key, expected }) => {
  expect(threefry2x32(key, counter)).toEqual(expected);
});

test('draws differ by seed, choice and step, and spread evenly over [0, 1)', () => {
  expect(
    new Set([uniform(1, 0, 0), uniform(2, 0, 0), uniform(1, 1, 0), uniform(1, 0, 1), uniform(2 ** 40, 0, 0)]).size,
  ).toBe(5);
  const bins = new Array<number>(10).fill(0);
  for (let step = 0; step < 10_000; step++) {
    const bin = Math.floor(uniform(42, 0, step) * 10);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  for (const count of bins) expect(Math.abs(count - 1000)).toBeLessThan(150); // five standard deviations
});
