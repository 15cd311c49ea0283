import { expect, test } from 'vitest';
import { Metadata, type MetadataValue } from '../gguf/metadata.ts';
import { ArchitectureKeys } from './keys.ts';

const keysOf = (value: MetadataValue) => new ArchitectureKeys(new Metadata(new Map([['example.n', value]])), 'example');
const absent = new ArchitectureKeys(new Metadata(new Map()), 'example');

test('a count is what the file says, else the fallback, else an error', () => {
  expect(keysOf(3).count('n', 8, 5)).toBe(3);
  expect(absent.count('n', 8, 5)).toBe(5);
  expect(() => absent.count('n', 8)).toThrow(/example\.n is missing/);
});

test.each([0, 9, 2.5, -1, Number.NaN])('%f is no count up to 8', value => {
  expect(() => keysOf(value).count('n', 8)).toThrow(/example\.n is .* an integer from 1 to 8/);
});

test('a count of layers may be one for each, 0 for layers without', () => {
  expect(keysOf(4).countOfLayers('n', 8, 1)).toBe(4);
  expect(keysOf(Int32Array.of(0, 4, 0, 4)).countOfLayers('n', 8, 1)).toBe(4);
  expect(absent.countOfLayers('n', 8, 1)).toBe(1);
  expect(() => keysOf(Int32Array.of(2, 4)).countOfLayers('n', 8, 1)).toThrow(/2 and 4/);
  expect(() => keysOf(Int32Array.of(0, 0)).countOfLayers('n', 8, 1)).toThrow(/an integer from 1 to 8/);
});

test('a window of 0 is none', () => {
  const windowOf = (value: MetadataValue) =>
    new ArchitectureKeys(new Metadata(new Map([['example.attention.sliding_window', value]])), 'example').window();
  expect(windowOf(512)).toBe(512);
  expect(windowOf(0)).toBeUndefined();
  expect(absent.window()).toBeUndefined();
  expect(() => windowOf(0.5)).toThrow(/an integer from 1 to/);
});

test('layers slide by a period, or as the file lists them', () => {
  const keysWith = (value: MetadataValue) =>
    new ArchitectureKeys(new Metadata(new Map([['example.attention.sliding_window_pattern', value]])), 'example');
  expect(absent.slidingLayers(5, 2)).toEqual([true, false, true, false, true]);
  expect(keysWith(3).slidingLayers(4, 2)).toEqual([true, true, false, true]);
  expect(keysWith([false, true, true]).slidingLayers(2, 2)).toEqual([false, true]);
  expect(() => keysWith([true]).slidingLayers(2, 2)).toThrow(/1 values for 2 layers/);
  expect(() => keysWith(0).slidingLayers(2, 2)).toThrow(/an integer from 1 to/);
});

test('a number that may be left out is none where it is 0', () => {
  expect(keysOf(0.5).optionalPositive('n')).toBe(0.5);
  expect(keysOf(0).optionalPositive('n')).toBeUndefined();
  expect(absent.optionalPositive('n')).toBeUndefined();
  expect(() => keysOf(-1).optionalPositive('n')).toThrow(/a positive number/);
  expect(() => keysOf(Number.POSITIVE_INFINITY).positive('n')).toThrow(/a positive number/);
});
