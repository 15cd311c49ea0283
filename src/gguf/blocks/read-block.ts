import { halfToFloat } from '../half.ts';
import type { TensorTypeName } from '../tensor-types.ts';

/** Reads the block at `offset` and writes its elements from `out[at]` on. */
export type ReadBlock = (block: DataView, offset: number, out: Float32Array, at: number) => void;

export type BlockReaders = Partial<Record<TensorTypeName, ReadBlock>>;

export function readHalf(block: DataView, offset: number): number {
  return halfToFloat(block.getUint16(offset, true));
}
