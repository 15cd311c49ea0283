import { expect, test } from 'vitest';
import { testGpu } from '../../../test/gpu/open.ts';
import { largestDifference, randomFloats, runKernel } from '../../../test/gpu/run-kernel.ts';
import { testMatrix } from '../../../test/gpu/test-matrix.ts';
import { EmbeddedRow, embed, embedGrid } from './embed.ts';

const gpu = await testGpu();

const [ROWS, COLUMNS, POSITION] = [9, 96, 3];
const IDS = [7, 0, 4];

test.each([
  { row: 'id' as const, rows: IDS, SCALE: 0.5, ADD: 0 },
  { row: 'position' as const, rows: [3, 4, 5], SCALE: 1, ADD: 1 },
  { row: 'first' as const, rows: [0, 0, 0], SCALE: 1, ADD: 1 },
])('rows by $row, adding $ADD', async ({ row, rows, SCALE, ADD }) => {
  const { format, bindings, values } = testMatrix('Q8_0', ROWS, COLUMNS);
  const held = randomFloats(rows.length * COLUMNS, 1);
  const expected = held.map((value, i) => {
    const embedded = values[(rows[Math.floor(i / COLUMNS)] ?? 0) * COLUMNS + (i % COLUMNS)] ?? 0;
    return ADD * value + SCALE * embedded;
  });
  const step = Uint32Array.of(IDS.length, POSITION, 0, ...IDS);
  const constants = { SCALE, ROW: EmbeddedRow[row], ADD };
  const buffers = [[step, step, held], bindings];
  const x = await runKernel(gpu, embed(format), constants, buffers, embedGrid(COLUMNS, IDS.length), [0, 2]);
  expect(largestDifference(x, expected)).toBeLessThan(1e-6);
});
