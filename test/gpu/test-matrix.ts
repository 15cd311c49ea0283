import { dequantise } from '../../src/gguf/dequantise.ts';
import { tensorTypes } from '../../src/gguf/tensor-types.ts';
import { type WeightFormat, weightFormats } from '../../src/kernels/weights/formats.ts';
import { type QuantisableType, quantise } from '../fixtures/quantise.ts';
import { RANDOM_TYPES, type RandomType, randomBlocks } from '../fixtures/random-blocks.ts';
import { randomFloats, type TestBuffer } from './run-kernel.ts';

export type MatrixType = QuantisableType | RandomType;

/** All that the kernels read. */
export const MATRIX_TYPES: readonly MatrixType[] = ['F32', 'F16', 'BF16', 'Q8_0', 'Q4_0', ...RANDOM_TYPES];

/** A random matrix of a tensor type, as a file, the GPU and the CPU oracle see it. */
export interface TestMatrix {
  readonly format: WeightFormat;
  /** As in a file. */
  readonly raw: Uint8Array<ArrayBuffer>;
  /** Bind group 1, with the whole matrix as its slice. */
  readonly bindings: readonly TestBuffer[];
  readonly values: Float32Array; // (rows, columns), dequantised
}

export function testMatrix(type: MatrixType, rows: number, columns: number, seed = 1): TestMatrix {
  const format = weightFormats[type];
  if (!format) throw new RangeError(`no kernel reads ${type}`);
  const raw = randomTensor(type, rows * columns, seed);
  const slice = Uint32Array.of(0, rows, columns, rows);
  return {
    format,
    raw,
    bindings: [slice, ...format.streams.map(({ offset, bytes }) => stream(raw, format.blockBytes, offset, bytes))],
    values: dequantise(tensorTypes[type], raw, rows * columns),
  };
}

/** y = W x in double precision, for every x: (all x, rows). */
export function product(weights: Float32Array, x: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from({ length: (x.length / columns) * rows }, (_, i) => {
    const xRow = Math.floor(i / rows);
    const row = i % rows;
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += (weights[row * columns + c] ?? 0) * (x[xRow * columns + c] ?? 0);
    return sum;
  });
}

/** The bytes of a tensor whose elements lie between -1 and 1. */
export function randomTensor(type: MatrixType, count: number, seed: number): Uint8Array<ArrayBuffer> {
  return isRandom(type) ? randomBlocks(type, count, seed) : quantise(type, randomFloats(count, seed));
}

function isRandom(type: MatrixType): type is RandomType {
  return RANDOM_TYPES.some(random => random === type);
}

/** What the split kernel should make: one field of every block, in whole words. */
export function stream(raw: Uint8Array, blockBytes: number, offset: number, bytes: number): Uint8Array<ArrayBuffer> {
  const blocks = raw.length / blockBytes;
  const gathered = new Uint8Array(Math.ceil((blocks * bytes) / 4) * 4);
  for (let block = 0; block < blocks; block++) {
    const start = block * blockBytes + offset;
    gathered.set(raw.subarray(start, start + bytes), block * bytes);
  }
  return gathered;
}
