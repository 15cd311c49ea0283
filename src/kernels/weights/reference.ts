import { dequantise } from '../../gguf/dequantise.ts';
import { tensorTypes } from '../../gguf/tensor-types.ts';
import type { Contents } from '../../gpu/kernel.ts';
import type { WeightFormat } from './formats.ts';
import { randomBlocks } from './random-blocks.ts';
import { stream } from './stream.ts';

/** A matrix as a file, the GPU and the CPU see it. */
export interface ReferenceMatrix {
  /** As in a file. */
  readonly raw: Uint8Array<ArrayBuffer>;
  /** Bind group 1, with the whole matrix as its slice. */
  readonly bindings: readonly Contents[];
  readonly values: Float32Array; // (count, rows, columns), dequantised
}

/** @param count of matrices in a stack */
export function randomMatrix(
  format: WeightFormat,
  { rows, columns, count = 1 }: { rows: number; columns: number; count?: number },
  { seed = 1, denormal = 0 } = {},
): ReferenceMatrix {
  const size = count * rows * columns;
  const raw = randomBlocks(format.type, size, seed, denormal);
  const slice = Uint32Array.of(0, count * rows, columns, rows);
  return {
    raw,
    bindings: [slice, ...format.streams.map(({ offset, bytes }) => stream(raw, format.blockBytes, offset, bytes))],
    values: dequantise(tensorTypes[format.type], raw, size),
  };
}
