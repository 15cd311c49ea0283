import { nibble } from './blocks-of-32.ts';
import { type BlockReaders, readHalf } from './read-block.ts';

/** What the nibbles of IQ4_NL and IQ4_XS stand for: levels that lie closer to each other near zero. */
const LEVELS = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113] as const;

/** Nibbles that are places in a table. */
export const codebooks = {
  /** A half as scale, then nibbles as in Q4_0. */
  IQ4_NL(block, offset, out, at) {
    const scale = readHalf(block, offset);
    for (let i = 0; i < 32; i++) out[at + i] = scale * level(nibble(block, offset + 2, i));
  },
  /**
   * A half as scale, the upper two bits of eight scales of 32 elements each, their lower four bits, then nibbles as in
   * Q4_0, 32 after 32. Of those scales 32 is zero.
   */
  IQ4_XS(block, offset, out, at) {
    const scale = readHalf(block, offset);
    for (let i = 0; i < 256; i++) {
      const part = i >> 5;
      const high = (block.getUint16(offset + 2, true) >> (2 * part)) & 3;
      const low = (block.getUint8(offset + 4 + (part >> 1)) >> (4 * (part & 1))) & 0xf;
      out[at + i] = scale * (((high << 4) | low) - 32) * level(nibble(block, offset + 8 + 16 * part, i & 31));
    }
  },
  /**
   * The exponent of a power of two, biased by 127, then nibbles as in Q4_0, each a float of 1, 2 and 1 bits.
   * https://www.opencompute.org/documents/ocp-microscaling-formats-mx-v1-0-spec-final-pdf
   */
  MXFP4(block, offset, out, at) {
    const scale = 2 ** (block.getUint8(offset) - 127);
    for (let i = 0; i < 32; i++) out[at + i] = scale * tinyFloat(nibble(block, offset + 1, i));
  },
} satisfies BlockReaders;

function level(code: number): number {
  return LEVELS[code] ?? Number.NaN;
}

/** A float of a sign, two bits of exponent biased by 1 and one of fraction: 0, ½, 1, 1½, 2, 3, 4, 6 and their negatives. */
function tinyFloat(bits: number): number {
  const exponent = (bits >> 1) & 3;
  const fraction = bits & 1;
  const size = exponent === 0 ? fraction / 2 : (1 + fraction / 2) * 2 ** (exponent - 1);
  return bits & 8 ? -size : size;
}
