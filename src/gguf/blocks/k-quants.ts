import { type BlockReaders, readHalf } from './read-block.ts';

/**
 * Blocks of 256 elements in parts of 16 or 32, each part with a scale (and a minimum) of few bits, which the block's
 * scale multiplies. Bits of elements lie in runs of 32 bytes: one byte holds bits of elements that are 32 apart.
 */
export const kQuants = {
  /** 16 bytes: scales (lower nibbles) and minima of 16 elements each; 64 of two bits; halves that multiply them. */
  Q2_K(block, offset, out, at) {
    const scale = readHalf(block, offset + 80);
    const minimum = readHalf(block, offset + 82);
    for (let i = 0; i < 256; i++) {
      const part = block.getUint8(offset + (i >> 4));
      out[at + i] = scale * (part & 0xf) * twoBits(block, offset + 16, i) - minimum * (part >> 4);
    }
  },
  /** 32 bytes of third bits; 64 of two bits; scales of 16 elements each in 12 bytes; a half that multiplies them. */
  Q3_K(block, offset, out, at) {
    const scale = readHalf(block, offset + 108);
    for (let i = 0; i < 256; i++) {
      const value = twoBits(block, offset + 32, i) + 4 * oneBit(block, offset, i) - 4;
      out[at + i] = scale * sixBitScale(block, offset + 96, i >> 4) * value;
    }
  },
  /** Halves that multiply scales and minima; both in 12 bytes for eight times 32 elements; 128 bytes of nibbles. */
  Q4_K(block, offset, out, at) {
    for (let i = 0; i < 256; i++) {
      const [scale, minimum] = scaleAndMinimum(block, offset, i >> 5);
      out[at + i] = scale * pairedNibble(block, offset + 16, i) - minimum;
    }
  },
  /** As Q4_K, with 32 bytes of fifth bits before the nibbles. */
  Q5_K(block, offset, out, at) {
    for (let i = 0; i < 256; i++) {
      const [scale, minimum] = scaleAndMinimum(block, offset, i >> 5);
      const value = 16 * oneBit(block, offset + 16, i) + pairedNibble(block, offset + 48, i);
      out[at + i] = scale * value - minimum;
    }
  },
  /** 128 bytes of nibbles; 64 of two upper bits; signed scales of 16 elements each; a half that multiplies them. */
  Q6_K(block, offset, out, at) {
    const scale = readHalf(block, offset + 208);
    for (let i = 0; i < 256; i++) {
      // A run of 64 bytes holds 128 elements, the second 64 of them in its upper nibbles.
      const low = (block.getUint8(offset + ((i >> 7) << 6) + (i & 63)) >> (i & 64 ? 4 : 0)) & 0xf;
      const value = 16 * twoBits(block, offset + 128, i) + low - 32;
      out[at + i] = scale * block.getInt8(offset + 192 + (i >> 4)) * value;
    }
  },
} satisfies BlockReaders;

/** 32 bytes hold one bit of all 256 elements. */
function oneBit(block: DataView, offset: number, i: number): number {
  return (block.getUint8(offset + (i & 31)) >> (i >> 5)) & 1;
}

/** 32 bytes hold two bits of 128 elements. */
function twoBits(block: DataView, offset: number, i: number): number {
  return (block.getUint8(offset + ((i >> 7) << 5) + (i & 31)) >> (2 * ((i >> 5) & 3))) & 3;
}

/** 32 bytes hold the nibbles of 64 elements. */
function pairedNibble(block: DataView, offset: number, i: number): number {
  return (block.getUint8(offset + ((i >> 6) << 5) + (i & 31)) >> (i & 32 ? 4 : 0)) & 0xf;
}

/** Scale `part` of 16 in 12 bytes: eight of lower nibbles, four of two upper bits; 32 is zero. */
function sixBitScale(block: DataView, offset: number, part: number): number {
  const low = (block.getUint8(offset + (part & 7)) >> (part < 8 ? 0 : 4)) & 0xf;
  const high = (block.getUint8(offset + 8 + (part & 3)) >> (2 * (part >> 2))) & 3;
  return ((high << 4) | low) - 32;
}

/**
 * Scale and minimum of part `part` of eight, multiplied. Behind two halves lie three times four bytes: six bits of
 * scales 0 to 3, the same of minima, and nibbles of scales and minima 4 to 7, whose upper two bits fill up the former.
 */
function scaleAndMinimum(block: DataView, offset: number, part: number): [number, number] {
  const scales = block.getUint8(offset + 4 + (part & 3));
  const minima = block.getUint8(offset + 8 + (part & 3));
  const lows = block.getUint8(offset + 12 + (part & 3));
  const scale = part < 4 ? scales & 63 : ((scales >> 6) << 4) | (lows & 0xf);
  const minimum = part < 4 ? minima & 63 : ((minima >> 6) << 4) | (lows >> 4);
  return [readHalf(block, offset) * scale, readHalf(block, offset + 2) * minimum];
}
