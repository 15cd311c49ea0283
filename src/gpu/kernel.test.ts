import { expect, test } from 'vitest';
import { foldGrid } from './kernel.ts';

// A head past 65,535 workgroups gives zero logits in silence.
test.each([
  { count: 1, expected: [1, 7, 1] },
  { count: 65_535, expected: [65_535, 7, 1] },
  { count: 65_536, expected: [32_768, 7, 2] },
  { count: 131_071, expected: [43_691, 7, 3] },
])('$count workgroups fold into $expected', ({ count, expected }) => {
  expect(foldGrid(count, 7)).toEqual(expected);
});
