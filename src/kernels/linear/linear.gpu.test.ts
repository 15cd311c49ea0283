import { describe, expect, test } from 'vitest';
import { testGpu } from '../../../test/gpu/open.ts';
import { largestDifference, randomFloats, runKernel, variants } from '../../../test/gpu/run-kernel.ts';
import { MATRIX_TYPES, product, testMatrix } from '../../../test/gpu/test-matrix.ts';
import { tensorTypes } from '../../gguf/tensor-types.ts';
import { rmsNormReference } from '../norm/reference.ts';
import { PORTABLE } from '../shared/compose.ts';
import { Epilogue, matmul, matmulGrid, matvec, matvecGrid, matvecRows } from './linear.ts';
import { epilogues } from './reference.ts';

const gpu = await testGpu();

const CAP = 0.8;

// Rows that fill no workgroup, columns that fill no tile.
const SHAPE = { rows: 45, columns: 160, tokens: 37 };
const PLAIN = { NORM: 0, EPSILON: 0, ONE_ROW: 0 };

describe.each(variants(gpu))('$name', ({ variant }) => {
  // Weights and inputs below 1, 160 columns: tiles in f16 cost about 160 · 2⁻¹¹ · ¼ at the worst.
  const matmulTolerance = variant.f16 ? 2e-2 : 2e-5;

  test.each(MATRIX_TYPES)('matvec and matmul with %s', async type => {
    const { rows, tokens } = SHAPE;
    const columns = Math.max(SHAPE.columns, tensorTypes[type].blockLength);
    const { format, bindings, values } = testMatrix(type, rows, columns);
    const x = randomFloats(tokens * columns, 2);
    const expected = product(values, x, rows, columns);
    const step = Uint32Array.of(tokens, 0, 0, 0);

    const vector = [[step, x, tokens * rows, x, x], bindings];
    const constants = { ...PLAIN, EPILOGUE: Epilogue.store, ROWS: matvecRows(variant) };
    const y = await runKernel(
      gpu,
      matvec(format, variant),
      constants,
      vector,
      matvecGrid(rows, tokens, variant),
      [0, 2],
    );
    expect(largestDifference(y, expected)).toBeLessThan(2e-5);

    const tiles = [[step, x, tokens * rows, x], bindings];
    const kernel = matmul(format, variant);
    const Y = await runKernel(gpu, kernel, { EPILOGUE: Epilogue.store }, tiles, matmulGrid(rows, tokens), [0, 2]);
    expect(largestDifference(Y, expected)).toBeLessThan(matmulTolerance);
  });

  test.each([
    { epilogue: 'store', SCALE: 0.3, BIAS: 1 },
    { epilogue: 'add', SCALE: 1, BIAS: 0 },
    { epilogue: 'add', SCALE: 0.3, BIAS: 1 },
    { epilogue: 'swiglu', SCALE: 1, BIAS: 0 },
    { epilogue: 'geglu', SCALE: 1, BIAS: 0 },
    { epilogue: 'softCap', SCALE: 0.3, BIAS: 0 },
    { epilogue: 'clampedSwiglu', SCALE: 1, BIAS: 1 },
    { epilogue: 'gelu', SCALE: 1, BIAS: 1 },
  ] as const)('$epilogue, scale $SCALE, bias $BIAS', async ({ epilogue, SCALE, BIAS }) => {
    const { rows, columns, tokens } = SHAPE;
    const { format, bindings, values } = testMatrix('F32', rows, columns);
    const x = randomFloats(tokens * columns, 2);
    const held = randomFloats(tokens * rows, 3).map(value => value * 4);
    const bias = randomFloats(rows, 5);
    const apply = epilogues[epilogue];
    const expected = product(values, x, rows, columns).map((result, i) =>
      apply(held[i] ?? 0, result * SCALE + BIAS * (bias[i % rows] ?? 0), CAP),
    );
    const after = { EPILOGUE: Epilogue[epilogue], SCALE, BIAS, CAP };
    const step = Uint32Array.of(tokens, 0, 0, 0);

    const vector = [[step, x, held, bias, x], bindings];
    const constants = { ...PLAIN, ...after, ROWS: matvecRows(variant) };
    const y = await runKernel(
      gpu,
      matvec(format, variant),
      constants,
      vector,
      matvecGrid(rows, tokens, variant),
      [0, 2],
    );
    expect(largestDifference(y, expected)).toBeLessThan(2e-5);

    const tiles = [[step, x, held, bias], bindings];
    const kernel = matmul(format, variant);
    const Y = await runKernel(gpu, kernel, after, tiles, matmulGrid(rows, tokens), [0, 2]);
    expect(largestDifference(Y, expected)).toBeLessThan(matmulTolerance);
  });

  test('matvec norms its input, and takes one row of many', async () => {
    const { rows, columns } = SHAPE;
    const [tokens, row, epsilon] = [5, 3, 0.01];
    const { format, bindings, values } = testMatrix('Q8_0', rows, columns);
    const x = randomFloats(tokens * columns, 2);
    const gain = randomFloats(columns, 4);
    const input = x.subarray(row * columns, (row + 1) * columns);
    const normed = rmsNormReference(input, gain, epsilon);

    const buffers = [[Uint32Array.of(tokens, 0, row, 0), x, rows, x, gain], bindings];
    const constants = { EPILOGUE: Epilogue.store, NORM: 1, EPSILON: epsilon, ONE_ROW: 1, ROWS: matvecRows(variant) };
    const y = await runKernel(gpu, matvec(format, variant), constants, buffers, matvecGrid(rows, 1, variant), [0, 2]);
    expect(largestDifference(y, product(values, normed, rows, columns))).toBeLessThan(2e-5);
  });
});

test('matmul takes inputs beyond the range of f16', async () => {
  const { rows, columns, tokens } = SHAPE;
  const { format, bindings, values } = testMatrix('F32', rows, columns);
  const x = randomFloats(tokens * columns, 2).map(value => value * 1e6);
  const buffers = [[Uint32Array.of(tokens, 0, 0, 0), x, tokens * rows, x], bindings];
  const kernel = matmul(format, variants(gpu).at(-1)?.variant ?? PORTABLE);
  const y = await runKernel(gpu, kernel, { EPILOGUE: Epilogue.store }, buffers, matmulGrid(rows, tokens), [0, 2]);
  expect(largestDifference(y, product(values, x, rows, columns))).toBeLessThan(2e-2 * 1e6);
});

test('a slice writes its own rows of the result', async () => {
  const { format, bindings, values } = testMatrix('F32', 6, 32);
  const slice = Uint32Array.of(4, 6, 32, 12); // rows 4 to 9 of 12
  const x = randomFloats(2 * 32, 2);
  const buffers = [
    [Uint32Array.of(2, 0, 0, 0), x, 2 * 12, x, x],
    [slice, ...bindings.slice(1)],
  ];
  const constants = { ...PLAIN, EPILOGUE: Epilogue.store, ROWS: matvecRows(PORTABLE) };
  const y = await runKernel(gpu, matvec(format, PORTABLE), constants, buffers, matvecGrid(6, 2, PORTABLE), [0, 2]);
  const rows = product(values, x, 6, 32);
  const expected = new Float32Array(2 * 12);
  expected.set(rows.subarray(0, 6), 4);
  expected.set(rows.subarray(6), 12 + 4);
  expect(largestDifference(y, expected)).toBeLessThan(2e-5);
});

test('matvec reaches the rows of a grid that is folded', async () => {
  const rows = 22; // six workgroups of 4 rows, here as 3 × 2
  const { format, bindings, values } = testMatrix('F32', rows, 32);
  const x = randomFloats(32, 2);
  const buffers = [[Uint32Array.of(1, 0, 0, 0), x, rows, x, x], bindings];
  const constants = { ...PLAIN, EPILOGUE: Epilogue.store, ROWS: matvecRows(PORTABLE) };
  const y = await runKernel(gpu, matvec(format, PORTABLE), constants, buffers, [3, 1, 2], [0, 2]);
  expect(largestDifference(y, product(values, x, rows, 32))).toBeLessThan(2e-5);
});
