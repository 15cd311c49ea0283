import { type BlockReaders, readHalf } from './read-block.ts';

/** Elements that stand for themselves. */
export const numbers = {
  F32(block, offset, out, at) {
    out[at] = block.getFloat32(offset, true);
  },
  F16(block, offset, out, at) {
    out[at] = readHalf(block, offset);
  },
  /** The upper half of an f32. */
  BF16(block, offset, out, at) {
    scratch.setUint32(0, block.getUint16(offset, true) << 16);
    out[at] = scratch.getFloat32(0);
  },
} satisfies BlockReaders;

const scratch = new DataView(new ArrayBuffer(4));
