import { type BlockReaders, readHalf } from './read-block.ts';

/**
 * Blocks of 32 elements with one scale. In those of 4 and 5 bits, lower nibbles of the last 16 bytes are the first 16
 * elements, upper nibbles the others; the fifth bits are a word in front of them, one bit an element.
 */
export const blocksOf32 = {
  /** A half as scale, then 32 signed bytes. */
  Q8_0(block, offset, out, at) {
    const scale = readHalf(block, offset);
    for (let i = 0; i < 32; i++) out[at + i] = scale * block.getInt8(offset + 2 + i);
  },
  /** A half as scale, then nibbles; 8 is zero. */
  Q4_0(block, offset, out, at) {
    const scale = readHalf(block, offset);
    for (let i = 0; i < 32; i++) out[at + i] = scale * (nibble(block, offset + 2, i) - 8);
  },
  /** Halves as scale and least element, then nibbles. */
  Q4_1(block, offset, out, at) {
    const scale = readHalf(block, offset);
    const least = readHalf(block, offset + 2);
    for (let i = 0; i < 32; i++) out[at + i] = scale * nibble(block, offset + 4, i) + least;
  },
  /** A half as scale, fifth bits, nibbles; 16 is zero. */
  Q5_0(block, offset, out, at) {
    const scale = readHalf(block, offset);
    for (let i = 0; i < 32; i++) {
      out[at + i] = scale * ((fifthBit(block, offset + 2, i) | nibble(block, offset + 6, i)) - 16);
    }
  },
  /** Halves as scale and least element, fifth bits, nibbles. */
  Q5_1(block, offset, out, at) {
    const scale = readHalf(block, offset);
    const least = readHalf(block, offset + 2);
    for (let i = 0; i < 32; i++) {
      out[at + i] = scale * (fifthBit(block, offset + 4, i) | nibble(block, offset + 8, i)) + least;
    }
  },
} satisfies BlockReaders;

/** Of element `i` of 32, whose nibbles lie in the 16 bytes from `offset` on. */
export function nibble(block: DataView, offset: number, i: number): number {
  return (block.getUint8(offset + (i % 16)) >> (i < 16 ? 0 : 4)) & 0xf;
}

function fifthBit(block: DataView, offset: number, i: number): number {
  return ((block.getUint32(offset, true) >>> i) & 1) << 4;
}
