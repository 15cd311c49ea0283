import { expect, test } from 'vitest';
import { dequantise } from '../dequantise.ts';
import { type TensorTypeName, tensorTypes } from '../tensor-types.ts';

const ONE = [0x00, 0x3c];
const TWO = [0x00, 0x40];
const zeros = (count: number) => new Array<number>(count).fill(0);

/** The elements of one block. */
function values(type: TensorTypeName, bytes: readonly number[]): Float32Array {
  return dequantise(tensorTypes[type], Uint8Array.from(bytes), 256);
}
const indices = Array.from({ length: 256 }, (_, i) => i);

/** The lowest `width` bits of all elements as K-quants pack them: each run of bytes holds `run` · 8 / `width` of them. */
function pack(width: 1 | 2 | 4, bitsOf: (i: number) => number, run = 32): number[] {
  const bytes = zeros(32 * width);
  for (const i of indices) {
    const perRun = (run * 8) / width;
    const at = Math.floor(i / perRun) * run + (i % run);
    const shift = (Math.floor(i / run) % (8 / width)) * width;
    bytes[at] = (bytes[at] ?? 0) | ((bitsOf(i) & ((1 << width) - 1)) << shift);
  }
  return bytes;
}

test('where the bits of an element lie', () => {
  expect(pack(2, i => (i === 32 ? 3 : 0))).toEqual([0b1100, ...zeros(63)]);
  expect(pack(2, i => (i === 129 ? 3 : 0)).indexOf(3)).toBe(33);
  expect(pack(4, i => (i === 255 ? 9 : 0)).indexOf(0x90)).toBe(127);
  expect(pack(4, i => (i === 64 ? 9 : 0), 64).indexOf(0x90)).toBe(0);
  expect(pack(1, i => (i === 224 ? 1 : 0))).toEqual([0x80, ...zeros(31)]);
});

test('Q2_K', () => {
  // Part p of 16 elements has the scale p and the minimum 15 - p.
  const parts = Array.from({ length: 16 }, (_, p) => p | ((15 - p) << 4));
  const value = (i: number) => (i * 7) % 4;
  const expected = indices.map(i => (i >> 4) * value(i) - 2 * (15 - (i >> 4)));
  expect([...values('Q2_K', [...parts, ...pack(2, value), ...ONE, ...TWO])]).toEqual(expected);
});

test('Q3_K', () => {
  const value = (i: number) => (i * 5) % 8; // 4 is zero
  const scales = [-32, -31, -17, -16, -15, -1, 0, 1, 2, 14, 15, 16, 17, 29, 30, 31];
  const six = scales.map(scale => scale + 32);
  const at = (i: number) => six[i] ?? 0;
  const packed = [
    ...Array.from({ length: 8 }, (_, i) => (at(i) & 15) | ((at(i + 8) & 15) << 4)),
    ...Array.from({ length: 4 }, (_, i) =>
      [0, 1, 2, 3].reduce((byte, four) => byte | ((at(i + 4 * four) >> 4) << (2 * four)), 0),
    ),
  ];
  const block = [...pack(1, i => value(i) >> 2), ...pack(2, value), ...packed, ...TWO];
  const out = [...values('Q3_K', block)];
  const expected = indices.map(i => 2 * (scales[i >> 4] ?? 0) * (value(i) - 4));
  expect(out.map(number => number + 0)).toEqual(expected.map(number => number + 0)); // -0 is 0
});

/** What the next two lines say, packed by hand. */
const K_SCALES = [0x01, 0x52, 0xa3, 0xf4, 0xff, 0xae, 0x5d, 0x0c, 0xb5, 0xa6, 0x97, 0x88];
const scaleOf = (part: number) => [0x01, 0x12, 0x23, 0x34, 0x05, 0x16, 0x27, 0x38][part] ?? 0;
const minimumOf = (part: number) => [0x3f, 0x2e, 0x1d, 0x0c, 0x3b, 0x2a, 0x19, 0x08][part] ?? 0;

test('Q4_K', () => {
  const value = (i: number) => (i * 3) % 16;
  const expected = indices.map(i => scaleOf(i >> 5) * value(i) - 2 * minimumOf(i >> 5));
  expect([...values('Q4_K', [...ONE, ...TWO, ...K_SCALES, ...pack(4, value)])]).toEqual(expected);
});

test('Q5_K', () => {
  const value = (i: number) => (i * 11) % 32;
  const expected = indices.map(i => 2 * scaleOf(i >> 5) * value(i) - minimumOf(i >> 5));
  const block = [...TWO, ...ONE, ...K_SCALES, ...pack(1, i => value(i) >> 4), ...pack(4, value)];
  expect([...values('Q5_K', block)]).toEqual(expected);
});

test('Q6_K', () => {
  const value = (i: number) => (i * 13) % 64; // 32 is zero
  const scales = [-128, -100, -64, -7, -3, -2, -1, 0, 1, 2, 3, 5, 7, 64, 100, 127];
  const block = [...pack(4, value, 64), ...pack(2, i => value(i) >> 4), ...scales.map(scale => scale & 0xff), ...TWO];
  const out = [...values('Q6_K', block)];
  const expected = indices.map(i => 2 * (scales[i >> 4] ?? 0) * (value(i) - 32));
  expect(out.map(number => number + 0)).toEqual(expected.map(number => number + 0)); // -0 is 0
});
