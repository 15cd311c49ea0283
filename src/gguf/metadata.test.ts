import { describe, expect, test } from 'vitest';
import { Metadata, type MetadataValue } from './metadata.ts';

const metadata = new Metadata(
  new Map<string, MetadataValue>([
    ['number', 3],
    ['text', 'llama'],
    ['flag', false],
    ['huge', 2n ** 64n - 1n],
    ['texts', ['a', 'b']],
    ['numbers', Int32Array.of(1, 2)],
    ['huge numbers', [2n ** 63n]],
    ['empty', []],
    ['long', 'x'.repeat(1000)],
  ]),
);

test('gives what is there', () => {
  expect(metadata.number('number')).toBe(3);
  expect(metadata.string('text')).toBe('llama');
  expect(metadata.boolean('flag')).toBe(false);
  expect(metadata.strings('texts')).toEqual(['a', 'b']);
  expect(metadata.numbers('numbers')).toEqual(Int32Array.of(1, 2));
  expect(metadata.strings('empty')).toEqual([]);
  expect(metadata.has('flag')).toBe(true);
  expect([...metadata.keys()]).toContain('huge numbers');
});

test('an optional value may be absent', () => {
  expect(metadata.optionalNumber('none')).toBeUndefined();
  expect(metadata.optionalStrings('none')).toBeUndefined();
  expect(metadata.has('none')).toBe(false);
});

describe('names the key, what was found and what is allowed', () => {
  test.each<[string, () => unknown]>([
    ["The model's none is missing; it must be a number.", () => metadata.number('none')],
    [`The model's text is the string "llama"; it must be a number.`, () => metadata.number('text')],
    [`The model's text is the string "llama"; it must be a boolean.`, () => metadata.optionalBoolean('text')],
    [
      "The model's huge is the bigint 18446744073709551615; it must be a number.",
      () => metadata.optionalNumber('huge'),
    ],
    ["The model's texts is an array of 2 strings; it must be a string.", () => metadata.string('texts')],
    [
      "The model's numbers is an array of 2 numbers; it must be an array of strings.",
      () => metadata.strings('numbers'),
    ],
    [
      "The model's huge numbers is an array of 1 bigints; it must be an array of numbers.",
      () => metadata.numbers('huge numbers'),
    ],
    ["The model's texts is an array of 2 strings; it must be an array of booleans.", () => metadata.booleans('texts')],
    [`The model's long is the string "${'x'.repeat(39)}…; it must be a number.`, () => metadata.number('long')],
  ])('%s', (message, get) => {
    expect(get).toThrow(expect.objectContaining({ code: 'invalid_gguf', message }));
  });
});
