import { expect, test } from 'vitest';
import { MATRIX_TYPES } from '../../../test/gpu/test-matrix.ts';
import { tensorTypes } from '../../gguf/tensor-types.ts';
import { weightFormats } from './formats.ts';

test('every format goes by the name of its type', () => expect(Object.keys(weightFormats)).toEqual(MATRIX_TYPES));

// What is bound is what the tensor takes in the file, no byte more or less.
test.each(MATRIX_TYPES)('the streams of %s are its block', type => {
  const { blockLength, blockBytes } = tensorTypes[type];
  const format = weightFormats[type];
  expect(format).toMatchObject({ blockLength, blockBytes });
  const inOrder = [...(format?.streams ?? [])].sort((a, b) => a.offset - b.offset);
  const ends = inOrder.map(({ offset, bytes }) => offset + bytes);
  expect(inOrder.map(({ offset }) => offset)).toEqual([0, ...ends.slice(0, -1)]);
  expect(ends.at(-1)).toBe(blockBytes);
});
