/**
 * What the blocks of a tensor mean, computed on the CPU: the oracle that kernels are tested against.
 *
 * Block layouts: `ggml-common.h`; arithmetic: `dequantize_row_*` in `ggml-quants.c`,
 * https://github.com/ggml-org/ggml/tree/master/src
 */
import { ModelError } from '../errors.ts';
import { blocksOf32 } from './blocks/blocks-of-32.ts';
import { codebooks } from './blocks/codebooks.ts';
import { kQuants } from './blocks/k-quants.ts';
import { numbers } from './blocks/numbers.ts';
import type { BlockReaders } from './blocks/read-block.ts';
import type { TensorType } from './tensor-types.ts';

const readers: BlockReaders = { ...numbers, ...blocksOf32, ...kQuants, ...codebooks };

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
