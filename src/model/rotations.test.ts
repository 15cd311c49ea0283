import { describe, expect, test } from 'vitest';
import type { RopeParameters } from './rope-parameters.ts';
import { rotations } from './rotations.ts';

const PLAIN: RopeParameters = {
  dim: 8,
  base: 10_000,
  scale: 1,
  attentionFactor: 1,
  originalContext: 4096,
  yarn: false,
};

/** Angle and amplitude of every pair at a position. */
function pairsAt(position: number, p: RopeParameters, factors?: Float32Array) {
  const table = rotations(position + 1, p, factors);
  return Array.from({ length: p.dim / 2 }, (_, pair) => {
    const [cosine = Number.NaN, sine = Number.NaN] = table.subarray((position * (p.dim / 2) + pair) * 2);
    return { angle: Math.atan2(sine, cosine), amplitude: Math.hypot(sine, cosine) };
  });
}

const angles = (...of: Parameters<typeof pairsAt>) => pairsAt(...of).map(({ angle }) => angle);

test('angles fall by the base to the share of the pair', () => {
  expect(angles(1, PLAIN)).toEqual([1, 0.1, 0.01, 0.001].map(angle => expect.closeTo(angle, 6)));
  expect(angles(3, PLAIN)).toEqual([3, 0.3, 0.03, 0.003].map(angle => expect.closeTo(angle, 6)));
});

test('a scale divides positions, factors divide single frequencies', () => {
  expect(angles(3, { ...PLAIN, scale: 4 })).toEqual(
    [0.75, 0.075, 0.0075, 0.00075].map(angle => expect.closeTo(angle, 6)),
  );
  expect(angles(3, PLAIN, Float32Array.of(1, 2, 4, 8))).toEqual(
    [3, 0.15, 0.0075, 0.000375].map(angle => expect.closeTo(angle, 6)),
  );
});

test('the attention factor is the length of every rotation', () => {
  for (const { amplitude } of pairsAt(5, { ...PLAIN, attentionFactor: 1.22 })) expect(amplitude).toBeCloseTo(1.22, 6);
});

describe('YaRN', () => {
  // Of 32 pairs, with this base and context, the first 8 turn more than 32 times and those from 18 on less than once.
  const yarn = { ...PLAIN, dim: 64, scale: 16, yarn: true };
  const ends = (times: number) => (64 * Math.log(4096 / (times * 2 * Math.PI))) / (2 * Math.log(10_000));
  const [low, high] = [Math.floor(ends(32)), Math.ceil(ends(1))];

  test('leaves fast pairs, scales slow ones, and has a ramp between', () => {
    const before = angles(1, { ...PLAIN, dim: 64 });
    for (const [pair, angle] of angles(1, yarn).entries()) {
      const share = Math.min(1, Math.max(0, (pair - low) / (high - low)));
      const unscaled = before[pair] ?? Number.NaN;
      expect(angle).toBeCloseTo((unscaled / 16) * share + unscaled * (1 - share), 6);
    }
    expect(low).toBeGreaterThan(0);
    expect(high).toBeLessThan(31);
  });

  test('lengthens rotations by a tenth of the logarithm of its factor', () => {
    for (const { amplitude } of pairsAt(7, yarn)) expect(amplitude).toBeCloseTo(1 + 0.1 * Math.log(16), 5);
  });
});
