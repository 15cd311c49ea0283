import { expect, test } from 'vitest';
import { testGpu } from '../../../test/gpu/open.ts';
import { largestDifference, runKernel } from '../../../test/gpu/run-kernel.ts';
import { MATRIX_TYPES, stream, testMatrix } from '../../../test/gpu/test-matrix.ts';
import { tensorTypes } from '../../gguf/tensor-types.ts';
import { embed, embedGrid } from '../embed/embed.ts';
import { split, splitConstants } from './formats.ts';

const gpu = await testGpu();

// Embedding rows shows every weight as it was read, so it serves as the test of the readers too.
test.each(MATRIX_TYPES)('embed reads rows of %s exactly as the CPU does', async type => {
  const [rows, columns] = [7, 3 * Math.max(32, tensorTypes[type].blockLength)];
  const { format, bindings, values } = testMatrix(type, rows, columns);
  const ids = [3, 0, 6, 3];
  const step = Uint32Array.of(ids.length, 0, 0, ...ids);
  const grid = embedGrid(columns, ids.length);
  const size = ids.length * columns;
  const x = await runKernel(gpu, embed(format), {}, [[step, step, size], bindings], grid, [0, 2]);
  const expected = Float32Array.from(ids.flatMap(id => [...values.subarray(id * columns, (id + 1) * columns)]));
  expect(largestDifference(x, expected)).toBe(0);
});

test('embed leaves out rows that lie in another slice', async () => {
  const columns = 32;
  const { format, bindings, values } = testMatrix('F32', 4, columns);
  const slice = Uint32Array.of(10, 4, columns, 20); // rows 10 to 13 of 20
  const step = Uint32Array.of(3, 0, 0, 9, 12, 14);
  const buffers = [
    [step, step, 3 * columns],
    [slice, ...bindings.slice(1)],
  ];
  const x = await runKernel(gpu, embed(format), {}, buffers, embedGrid(columns, 3), [0, 2]);
  const expected = new Float32Array(3 * columns);
  expected.set(values.subarray(2 * columns, 3 * columns), columns);
  expect(largestDifference(x, expected)).toBe(0);
});

// These numbers of blocks end in parts of a word of scales.
test.each([
  { type: 'Q8_0', blocks: 5 },
  { type: 'Q4_0', blocks: 5 },
  { type: 'Q4_0', blocks: 300 },
  { type: 'Q3_K', blocks: 5 },
  { type: 'MXFP4', blocks: 5 },
  { type: 'MXFP4', blocks: 302 },
  { type: 'MXFP4', blocks: 303 },
] as const)('split gathers the fields of $blocks blocks of $type', async ({ type, blocks }) => {
  const { format, raw } = testMatrix(type, blocks, tensorTypes[type].blockLength);
  const padded = new Uint8Array(Math.ceil(raw.length / 4) * 4);
  padded.set(raw);
  for (const field of format.streams) {
    const expected = stream(raw, format.blockBytes, field.offset, field.bytes);
    const words = expected.length / 4;
    const piece = Uint32Array.of(3, words, blocks * field.bytes);
    const buffers = [[piece, padded, words + 3]];
    const grid = [Math.ceil(words / 64), 1, 1] as const;
    const result = await runKernel(gpu, split, splitConstants(format, field), buffers, grid, [0, 2]);
    expect(new Uint8Array(result.buffer, 3 * 4)).toEqual(expected);
  }
});
