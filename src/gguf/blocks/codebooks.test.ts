import { expect, test } from 'vitest';
import { dequantise } from '../dequantise.ts';
import { type TensorTypeName, tensorTypes } from '../tensor-types.ts';

const values = (type: TensorTypeName, count: number, ...bytes: number[]) => [
  ...dequantise(tensorTypes[type], Uint8Array.from(bytes), count),
];

/** Nibbles of elements 0 to 15 go up, those of 16 to 31 are all 8. */
const nibbles = Array.from({ length: 16 }, (_, i) => i | 0x80);
const levels = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];
const times = (factor: number, numbers: readonly number[]) => numbers.map(number => number * factor);
const ONES = new Array<number>(16).fill(1);

test('IQ4_NL', () => {
  expect(values('IQ4_NL', 32, 0x00, 0x38, ...nibbles)).toEqual(times(0.5, [...levels, ...ONES]));
});

test('IQ4_XS', () => {
  // Scales of the eight parts, 32 more than they mean: 0, 1, 33, 63, 32, 32, 16, 47.
  const upper = 0b10_01_10_10_11_10_00_00;
  const lower = [0x10, 0xf1, 0x00, 0xf0];
  const scales = [-32, -31, 1, 31, 0, 0, -16, 15];
  const block = [0x00, 0xc0, upper & 0xff, upper >> 8, ...lower, ...new Array(8).fill(nibbles).flat()];
  const expected = scales.flatMap(scale => times(-2 * scale, [...levels, ...ONES]));
  const out = values('IQ4_XS', 256, ...block);
  expect(out.map(value => value + 0)).toEqual(expected.map(value => value + 0)); // -0 is 0
});

test.each([
  [127, 1],
  [130, 8],
  [120, 2 ** -7],
  [1, 2 ** -126],
  [0, 2 ** -127],
  [253, 2 ** 126],
])('MXFP4 with exponent %i', (exponent, scale) => {
  // The upper nibbles, 8, are minus zero.
  const floats = [0, 0.5, 1, 1.5, 2, 3, 4, 6, -0, -0.5, -1, -1.5, -2, -3, -4, -6];
  const expected = [...times(scale, floats), ...new Array(16).fill(-0)];
  expect(values('MXFP4', 32, exponent, ...nibbles)).toEqual(expected.map(Math.fround));
});
