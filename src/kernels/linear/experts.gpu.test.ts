import { describe, expect, test } from 'vitest';
import { testGpu } from '../../../test/gpu/open.ts';
import { largestDifference, randomFloats, runKernel, variants } from '../../../test/gpu/run-kernel.ts';
import { testMatrix } from '../../../test/gpu/test-matrix.ts';
import type { TensorTypeName } from '../../gguf/tensor-types.ts';
import { rmsNormReference } from '../norm/reference.ts';
import {
  Epilogue,
  expertMatmul,
  expertMatmulGrid,
  expertMatvec,
  MATMUL_TILE,
  matvecGrid,
  matvecRows,
} from './linear.ts';
import { expertProducts, orderByExpert } from './reference.ts';

const gpu = await testGpu();

// Rows that fill no workgroup; an expert that nobody chose, and one that more tokens did than fill a tile.
const [EXPERTS, ROWS, TOKENS, CHOSEN] = [5, 13, 40, 2];
const CHOICES = Array.from({ length: TOKENS }, (_, token) => [4, [0, 1, 3][token % 3] ?? 0]).flat();

/** Words of the choices, with weights that the products must not heed. */
const choices = Uint32Array.from(CHOICES.flatMap(expert => [expert, 0x40e00000]));

const order = orderByExpert(CHOICES);

function stackOf(type: TensorTypeName, columns: number) {
  const { format, bindings, values } = testMatrix(type, EXPERTS * ROWS, columns);
  const slice = Uint32Array.of(0, EXPERTS * ROWS, columns, ROWS);
  return { format, values, slice, streams: bindings.slice(1) };
}

/** Of each choice, with the row of x that is its own or its token's. */
function products(values: Float32Array, x: Float32Array, columns: number, sharing: number): Float32Array {
  return expertProducts(values, x, CHOICES, { rows: ROWS, columns, sharing });
}

describe.each(variants(gpu))('$name', ({ variant }) => {
  const constants = { EPILOGUE: Epilogue.store, NORM: 0, EPSILON: 0, ROWS: matvecRows(variant) };
  const grid = matvecGrid(ROWS, TOKENS * CHOSEN, variant);
  const tileGrid = expertMatmulGrid(ROWS, order.length / MATMUL_TILE);
  // Tiles in f16 cost about columns · 2⁻¹¹ · ¼ at the worst.
  const matmulTolerance = (columns: number) => (variant.f16 ? columns * 1.3e-4 : 2e-5);
  const step = Uint32Array.of(TOKENS, 0, 0, 0);
  const size = TOKENS * CHOSEN * ROWS;

  test.each([
    { type: 'MXFP4', columns: 96, SHARING: CHOSEN },
    { type: 'Q4_K', columns: 256, SHARING: 1 },
  ] as const)('$type, $SHARING choices to a row of x', async ({ type, columns, SHARING }) => {
    const { format, values, slice, streams } = stackOf(type, columns);
    const x = randomFloats(((TOKENS * CHOSEN) / SHARING) * columns, 2);
    const buffers = [
      [step, x, size, x, x, choices],
      [slice, ...streams],
    ];
    const kernel = expertMatvec(format, variant);
    const expected = products(values, x, columns, SHARING);
    const y = await runKernel(gpu, kernel, { ...constants, SHARING }, buffers, grid, [0, 2]);
    expect(largestDifference(y, expected)).toBeLessThan(2e-5);

    const tiles = [
      [step, x, size, x, order, choices],
      [slice, ...streams],
    ];
    const after = { EPILOGUE: Epilogue.store, SHARING };
    const Y = await runKernel(gpu, expertMatmul(format, variant), after, tiles, tileGrid, [0, 2]);
    expect(largestDifference(Y, expected)).toBeLessThan(matmulTolerance(columns));
  });

  test('normed, with biases', async () => {
    const columns = 64;
    const { format, values, slice, streams } = stackOf('F32', columns);
    const x = randomFloats(TOKENS * columns, 2);
    const gain = randomFloats(columns, 3);
    const bias = randomFloats(EXPERTS * ROWS, 4);
    const normed = rmsNormReference(x, gain, 0.01);
    const expected = products(values, normed, columns, CHOSEN).map(
      (value, i) => value + (bias[(CHOICES[Math.floor(i / ROWS)] ?? 0) * ROWS + (i % ROWS)] ?? 0),
    );
    const buffers = [
      [step, x, size, bias, gain, choices],
      [slice, ...streams],
    ];
    const normAndBias = { ...constants, NORM: 1, EPSILON: 0.01, BIAS: 1, SHARING: CHOSEN };
    const y = await runKernel(gpu, expertMatvec(format, variant), normAndBias, buffers, grid, [0, 2]);
    expect(largestDifference(y, expected)).toBeLessThan(2e-5);
  });

  test('a slice of the experts writes their choices alone', async () => {
    const columns = 32;
    const { format, values, streams } = stackOf('F32', columns);
    const x = randomFloats(TOKENS * columns, 2);
    const slice = Uint32Array.of(ROWS, 3 * ROWS, columns, ROWS); // experts 1 to 3
    const held = randomFloats(size, 3);
    const all = products(values, x, columns, CHOSEN);
    const expected = all.map((value, i) => {
      const expert = CHOICES[Math.floor(i / ROWS)] ?? 0;
      return expert >= 1 && expert <= 3 ? value : (held[i] ?? 0);
    });
    const [weights] = streams;
    if (!(weights instanceof Uint8Array)) throw new TypeError('F32 has one stream, of bytes');
    const part = weights.slice(ROWS * columns * 4, 4 * ROWS * columns * 4);
    const buffers = [
      [step, x, held, x, x, choices],
      [slice, part],
    ];
    const kernel = expertMatvec(format, variant);
    const y = await runKernel(gpu, kernel, { ...constants, SHARING: CHOSEN }, buffers, grid, [0, 2]);
    expect(largestDifference(y, expected)).toBeLessThan(2e-5);

    const tiles = [
      [step, x, held, x, order, choices],
      [slice, part],
    ];
    const after = { EPILOGUE: Epilogue.store, SHARING: CHOSEN };
    const Y = await runKernel(gpu, expertMatmul(format, variant), after, tiles, tileGrid, [0, 2]);
    expect(largestDifference(Y, expected)).toBeLessThan(matmulTolerance(columns));
  });
});
