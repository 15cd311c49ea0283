import type { TensorTypeName } from '../../src/gguf/tensor-types.ts';
import { type WeightFormat, weightFormats } from '../../src/kernels/weights/formats.ts';
import { randomBlocks } from '../../src/kernels/weights/random-blocks.ts';
import { type ReferenceMatrix, randomMatrix } from '../../src/kernels/weights/reference.ts';

export { product } from '../../src/kernels/linear/reference.ts';
export { stream } from '../../src/kernels/weights/stream.ts';

/** All that the kernels read. */
export const MATRIX_TYPES: readonly TensorTypeName[] = Object.values(weightFormats).map(({ type }) => type);

/** A random matrix of a tensor type, a quarter of its scales denormal. */
export interface TestMatrix extends ReferenceMatrix {
  readonly format: WeightFormat;
}

const DENORMAL = 0.25;

export function testMatrix(type: TensorTypeName, rows: number, columns: number, seed = 1): TestMatrix {
  const format = weightFormats[type];
  if (!format) throw new RangeError(`no kernel reads ${type}`);
  return { format, ...randomMatrix(format, { rows, columns }, { seed, denormal: DENORMAL }) };
}

/** The bytes of a tensor whose elements lie between -1 and 1. */
export function randomTensor(type: TensorTypeName, count: number, seed: number): Uint8Array<ArrayBuffer> {
  return randomBlocks(type, count, seed, DENORMAL);
}
