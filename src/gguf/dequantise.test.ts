import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bytesSource } from '../../test/fixtures/bytes-source.ts';
import { goldenAbsent, goldenPath } from '../../test/fixtures/golden.ts';
import { type QuantisableType, quantise, toHalf } from '../../test/fixtures/quantise.ts';
import { xorshift } from '../../test/fixtures/tiny-model.ts';
import { dequantise } from './dequantise.ts';
import { halfToFloat } from './half.ts';
import { readGguf } from './read-gguf.ts';
import { type TensorTypeName, tensorTypes } from './tensor-types.ts';

const values = (type: TensorTypeName, bytes: readonly number[], count: number) => [
  ...dequantise(tensorTypes[type], Uint8Array.from(bytes), count),
];

describe('halves', () => {
  test.each([
    [0x0000, 0],
    [0x8000, -0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e00, Number.NaN],
  ])('%i is %d', (bits, value) => expect(halfToFloat(bits)).toBe(value));

  test('every half comes back from its value', () => {
    const wrong = Array.from({ length: 0x10000 }, (_, bits) => bits).filter(bits => {
      const value = halfToFloat(bits);
      return !Number.isNaN(value) && toHalf(value) !== bits;
    });
    expect(wrong).toEqual([]);
  });

  test('values between two halves go to the nearest, ties to the even one', () => {
    const between = (part: number) => toHalf(halfToFloat(0x3c00) * (1 - part) + halfToFloat(0x3c01) * part);
    expect([0.49, 0.5, 0.51].map(between)).toEqual([0x3c00, 0x3c00, 0x3c01]);
    expect([65519, 65520].map(toHalf)).toEqual([0x7bff, 0x7c00]);
    expect([2 ** -26, 2 ** -25, 3 * 2 ** -25].map(toHalf)).toEqual([0, 0, 2]);
  });
});

describe('blocks written by hand', () => {
  test('F32', () => expect(values('F32', [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0], 2)).toEqual([1, -2]));
  test('F16', () => expect(values('F16', [0, 0x3c, 1, 0], 2)).toEqual([1, 2 ** -24]));
  test('BF16', () => expect(values('BF16', [0x80, 0x3f, 0x20, 0xc1, 0x80, 0xff], 3)).toEqual([1, -10, -Infinity]));

  test('blocks follow each other', () => {
    const block = [0x00, 0x3c, ...new Array(32).fill(1)];
    const twice = [0x00, 0x40, ...new Array(32).fill(1)];
    expect(values('Q8_0', [...block, ...twice], 64)).toEqual([...new Array(32).fill(1), ...new Array(32).fill(2)]);
  });
});

test('refuses types it does not know and counts that do not fit', () => {
  expect(() => values('IQ1_S', [], 0)).toThrow(
    /IQ1_S cannot be read; known are F32, F16, BF16, Q8_0, Q4_0, Q4_1, .*MXFP4/,
  );
  expect(() => values('Q8_0', new Array(34).fill(0), 64)).toThrow(RangeError);
  expect(() => values('Q8_0', new Array(17).fill(0), 16)).toThrow(RangeError);
});

/** How far an element may be from what was quantised, given itself and the largest of its block. */
const allowedError: Readonly<Record<QuantisableType, (value: number, largest: number) => number>> = {
  F32: () => 0,
  F16: value => Math.abs(value) * 2 ** -11,
  BF16: value => Math.abs(value) * 2 ** -8,
  // Half a step, and what rounding the scale to a half adds.
  Q8_0: (_, largest) => (largest / 127) * 0.5 + largest * 2 ** -11,
  // The value opposite to the furthest may lie one step beyond the last.
  Q4_0: (_, largest) => (largest / 8) * 1.001,
};

const types = Object.keys(allowedError) as QuantisableType[];

test.each(types)('%s comes back from its quantiser', type => {
  const random = xorshift(3);
  const given = Float32Array.from({ length: 1024 }, () => random() * 4 - 2).fill(0, 0, 32);
  const back = dequantise(tensorTypes[type], quantise(type, given), given.length);
  expectClose(back, given, allowedError[type]);
});

// The reference has no F32 file of these weights; its halves are the most exact.
const halves = goldenAbsent === undefined ? await readWeights('F16') : new Map<string, Float32Array>();

test.for(types.filter(type => type !== 'F32'))('%s of the reference agrees with its halves', async (type, ctx) => {
  if (goldenAbsent !== undefined) ctx.skip(goldenAbsent);
  const quantised = await readWeights(type);
  expect(halves.size).toBe(8);
  for (const [name, expected] of halves) {
    const got = quantised.get(name) ?? new Float32Array(0);
    // The halves were rounded too, by half a unit, which is 2^-24 for the smallest.
    const rounding = (value: number) => Math.max(Math.abs(value) * 2 ** -11, 2 ** -25);
    expectClose(got, expected, (value, largest) => allowedError[type](value, largest) + rounding(value));
  }
});

// Of the other types: the error's root mean square beside that of the weights, as the reference's quantiser leaves it.
test.for([
  ['Q2_K', 0.4],
  ['Q3_K', 0.2],
  ['IQ4_XS', 0.1],
  ['IQ4_NL', 0.1],
  ['MXFP4', 0.15],
  ['Q4_1', 0.1],
  ['Q4_K', 0.1],
  ['Q5_0', 0.05],
  ['Q5_1', 0.05],
  ['Q5_K', 0.05],
  ['Q6_K', 0.025],
] as const)('%s of the reference is near its halves: %d', async ([type, allowed], ctx) => {
  if (goldenAbsent !== undefined) ctx.skip(goldenAbsent);
  const quantised = await readWeights(type);
  for (const [name, expected] of halves) {
    const errors = expected.map((value, i) => (quantised.get(name)?.[i] ?? Number.NaN) - value);
    expect(Math.hypot(...errors) / Math.hypot(...expected), name).toBeLessThan(allowed);
  }
});

function expectClose(
  got: Float32Array,
  expected: Float32Array,
  allowed: (value: number, largest: number) => number,
): void {
  expect(got.length).toBe(expected.length);
  for (let start = 0; start < expected.length; start += 32) {
    const block = expected.subarray(start, start + 32);
    const largest = Math.max(...block.map(Math.abs));
    for (const [i, value] of block.entries()) {
      const error = Math.abs((got[start + i] ?? Number.NaN) - value);
      if (!(error <= allowed(value, largest))) expect.fail(`${start + i}: ${got[start + i]} for ${value}`);
    }
  }
}

/** The matrices of one of the reference's files, by name. */
async function readWeights(type: string): Promise<Map<string, Float32Array>> {
  const file = readFileSync(goldenPath(`quants/llama-${type}.gguf`));
  const { tensors } = await readGguf(bytesSource(file));
  const matrices = [...tensors.values()].filter(tensor => tensor.type.name === type);
  return new Map(
    matrices.map(({ name, type, shape, offset, bytes }) => {
      const count = shape.reduce((product, size) => product * size);
      return [name, dequantise(type, file.subarray(offset, offset + bytes), count)];
    }),
  );
}
