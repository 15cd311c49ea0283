import { expect, test } from 'vitest';
import { dequantise } from '../dequantise.ts';
import { type TensorTypeName, tensorTypes } from '../tensor-types.ts';

const values = (type: TensorTypeName, ...bytes: number[]) => [
  ...dequantise(tensorTypes[type], Uint8Array.from(bytes), 32),
];

const ONE = [0x00, 0x3c];
const MINUS_TWO = [0x00, 0xc0];
const HALF = [0x00, 0x38];

const count = Array.from({ length: 32 }, (_, i) => i);
/** Nibbles of elements 0 to 15 go up, those of 16 to 31 go down. */
const nibbles = count.slice(0, 16).map(i => i | ((15 - i) << 4));
const nibbleOf = (i: number) => (i < 16 ? i : 31 - i);
/** Fifth bits of elements 0, 5, 16 and 31. */
const fifths = [0b0010_0001, 0, 1, 0x80];
const fiveBitsOf = (i: number) => nibbleOf(i) + ([0, 5, 16, 31].includes(i) ? 16 : 0);

test('Q8_0', () => {
  const numbers = count.map(i => (i === 0 ? -128 : i));
  expect(values('Q8_0', ...HALF, ...numbers.map(number => number & 0xff))).toEqual(numbers.map(number => number / 2));
});

test('Q4_0', () => expect(values('Q4_0', ...MINUS_TWO, ...nibbles)).toEqual(count.map(i => -2 * (nibbleOf(i) - 8))));

test('Q4_1', () => {
  expect(values('Q4_1', ...HALF, ...MINUS_TWO, ...nibbles)).toEqual(count.map(i => nibbleOf(i) / 2 - 2));
});

test('Q5_0', () => {
  expect(values('Q5_0', ...MINUS_TWO, ...fifths, ...nibbles)).toEqual(count.map(i => -2 * (fiveBitsOf(i) - 16)));
});

test('Q5_1', () => {
  expect(values('Q5_1', ...HALF, ...ONE, ...fifths, ...nibbles)).toEqual(count.map(i => fiveBitsOf(i) / 2 + 1));
});
