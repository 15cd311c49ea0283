import { type TensorTypeName, tensorTypes } from '../../gguf/tensor-types.ts';
import { xorshift } from '../shared/random.ts';

interface Layout {
  /** Where they lie in a block. */
  readonly halves: readonly number[];
  /** The sum of the largest multiples of them that make an element. */
  readonly multiple: number;
}

const layouts: Partial<Record<TensorTypeName, Layout>> = {
  F16: { halves: [0], multiple: 1 },
  Q8_0: { halves: [0], multiple: 128 },
  Q4_0: { halves: [0], multiple: 8 },
  Q4_1: { halves: [0, 2], multiple: 15 + 1 },
  Q5_0: { halves: [0], multiple: 16 },
  Q5_1: { halves: [0, 2], multiple: 31 + 1 },
  Q2_K: { halves: [80, 82], multiple: 15 * 3 + 15 },
  Q3_K: { halves: [108], multiple: 32 * 4 },
  Q4_K: { halves: [0, 2], multiple: 63 * 15 + 63 },
  Q5_K: { halves: [0, 2], multiple: 63 * 31 + 63 },
  Q6_K: { halves: [208], multiple: 128 * 32 },
  IQ4_NL: { halves: [0], multiple: 127 },
  IQ4_XS: { halves: [0], multiple: 32 * 127 },
};

/**
 * A tensor of random bits whose elements are finite and lie between -1 and 1.
 *
 * @param count elements, in whole blocks
 * @param denormal which part of the halves is denormal, as small weights' often are; some GPUs take them for zeros
 */
export function randomBlocks(type: TensorTypeName, count: number, seed: number, denormal = 0): Uint8Array<ArrayBuffer> {
  const { blockLength, blockBytes } = tensorTypes[type];
  const random = xorshift(seed);
  const bytes = Uint8Array.from({ length: (count / blockLength) * blockBytes }, () => random() * 256);
  const view = new DataView(bytes.buffer);
  for (let block = 0; block < bytes.length; block += blockBytes) {
    if (type === 'F32') view.setFloat32(block, random() * 2 - 1, true);
    // The upper half of an f32 between 2⁻⁷ and 1.
    else if (type === 'BF16') view.setUint16(block, below(view.getUint16(block, true), 7, 120 + random() * 7), true);
    // Powers of two from 2⁻⁷ to 2⁻³.
    else if (type === 'MXFP4') bytes[block] = 120 + random() * 5;
    else {
      const { halves, multiple } = layoutOf(type);
      for (const half of halves) {
        const exponent = random() < denormal ? 0 : 14 - Math.ceil(Math.log2(multiple));
        view.setUint16(block + half, below(view.getUint16(block + half, true), 10, exponent), true);
      }
    }
  }
  return bytes;
}

/** A float's bits with another exponent. */
function below(bits: number, fractionBits: number, exponent: number): number {
  const fraction = bits & (2 ** fractionBits - 1);
  return (bits & 0x8000) | (Math.floor(exponent) << fractionBits) | fraction;
}

function layoutOf(type: TensorTypeName): Layout {
  const layout = layouts[type];
  if (!layout) throw new RangeError(`no kernel reads ${type}`);
  return layout;
}
