/**
 * What the blocks of a tensor mean, computed on the CPU: the oracle that kernels are tested against.
 *
 * Block layouts: `ggml-common.h`; arithmetic: `dequantize_row_*` in `ggml-quants.c`,
 * https://github.com/ggml-org/ggml/tree/master/src
 */
import { ModelError } from '../errors.ts';
import { halfToFloat } from './half.ts';
import type { TensorType, TensorTypeName } from './tensor-types.ts';

/** Reads the block at `offset` and writes its elements from `out[at]` on. */
type ReadBlock = (block: DataView, offset: number, out: Float32Array, at: number) => void;

const readers: Partial<Record<TensorTypeName, ReadBlock>> = {
  F32(block, offset, out, at) {
    out[at] = block.getFloat32(offset, true);
  },
  F16(block, offset, out, at) {
    out[at] = halfToFloat(block.getUint16(offset, true));
  },
  /** The upper half of an f32. */
  BF16(block, offset, out, at) {
    scratch.setUint32(0, block.getUint16(offset, true) << 16);
    out[at] = scratch.getFloat32(0);
  },
  /** A half as scale, then 32 signed bytes. */
  Q8_0(block, offset, out, at) {
    const scale = halfToFloat(block.getUint16(offset, true));
    for (let i = 0; i < 32; i++) out[at + i] = scale * block.getInt8(offset + 2 + i);
  },
  /** A half as scale, then 16 bytes: lower nibbles are the first 16 elements, upper ones the others; 8 is zero. */
  Q4_0(block, offset, out, at) {
    const scale = halfToFloat(block.getUint16(offset, true));
    for (let i = 0; i < 16; i++) {
      const pair = block.getUint8(offset + 2 + i);
      out[at + i] = scale * ((pair & 0xf) - 8);
      out[at + 16 + i] = scale * ((pair >> 4) - 8);
    }
  },
};

const scratch = new DataView(new ArrayBuffer(4));

/**
 * The elements of a tensor, or of whole rows of it, as f32.
 *
 * @throws ModelError `unsupported_tensor_type`; RangeError when `bytes` are not what `count` elements take.
 */
export function dequantise(type: TensorType, bytes: Uint8Array, count: number): Float32Array<ArrayBuffer> {
  const { name, blockLength, blockBytes } = type;
  const read = readers[name];
  if (read === undefined) {
    const known = Object.keys(readers).join(', ');
    throw new ModelError(`Tensors of type ${name} cannot be read; known are ${known}.`, 'unsupported_tensor_type');
  }
  const blocks = count / blockLength;
  if (!Number.isInteger(blocks) || blocks * blockBytes !== bytes.length) {
    throw new RangeError(`${count} elements of ${name} do not take ${bytes.length} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out = new Float32Array(count);
  for (let block = 0; block < blocks; block++) read(view, block * blockBytes, out, block * blockLength);
  return out;
}
