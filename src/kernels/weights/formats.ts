import { type TensorTypeName, tensorTypes } from '../../gguf/tensor-types.ts';
import type { BindingKind, Constants, Kernel, Trial } from '../../gpu/kernel.ts';
import { xorshift } from '../shared/random.ts';
import bf16 from './bf16.wgsl?raw';
import f16 from './f16.wgsl?raw';
import f32 from './f32.wgsl?raw';
import fifthBits from './fifth-bits.wgsl?raw';
import iq4Levels from './iq4-levels.wgsl?raw';
import iq4_nl from './iq4-nl.wgsl?raw';
import iq4_xs from './iq4-xs.wgsl?raw';
import kScales from './k-scales.wgsl?raw';
import mxfp4 from './mxfp4.wgsl?raw';
import q2_k from './q2-k.wgsl?raw';
import q3_k from './q3-k.wgsl?raw';
import q4_0 from './q4-0.wgsl?raw';
import q4_1 from './q4-1.wgsl?raw';
import q4_k from './q4-k.wgsl?raw';
import q5_0 from './q5-0.wgsl?raw';
import q5_1 from './q5-1.wgsl?raw';
import q5_k from './q5-k.wgsl?raw';
import q6_k from './q6-k.wgsl?raw';
import q8_0 from './q8-0.wgsl?raw';
import slice from './slice.wgsl?raw';
import splitCode from './split.wgsl?raw';
import { stream } from './stream.ts';

/**
 * How the blocks of one tensor type lie on the GPU, and the WGSL that reads them.
 *
 * Every reader defines `weights4(index)`: four consecutive weights of a row-major matrix, `index` counting fours. Its
 * bindings are group 1: binding 0 is the slice (slice.wgsl), then one binding a stream.
 */
export interface WeightFormat {
  readonly type: TensorTypeName;
  readonly reader: string;
  /** Weights in a block. */
  readonly blockLength: number;
  readonly blockBytes: number;
  /** The parts of a block that are stored apart from each other, in the order of the reader's bindings. */
  readonly streams: readonly Stream[];
}

/** A field of a block, in bytes from the block's beginning. One of several takes 1, 2 or a multiple of 4 bytes. */
export interface Stream {
  readonly offset: number;
  readonly bytes: number;
}

/**
 * Tensor types that the kernels read, by GGUF's names. Blocks of whole words are read as they lie in the file; of others
 * the one scale that is no word is stored apart, and the rest is words.
 */
export const weightFormats: Readonly<Record<string, WeightFormat>> = {
  F32: whole('F32', f32),
  F16: whole('F16', f16), // rows are fours of weights, so whole words too
  BF16: whole('BF16', bf16),
  Q8_0: parted('Q8_0', q8_0, field(2, 32), field(0, 2)),
  Q4_0: parted('Q4_0', q4_0, field(2, 16), field(0, 2)),
  Q4_1: whole('Q4_1', q4_1),
  Q5_0: parted('Q5_0', fifthBits + q5_0, field(2, 20), field(0, 2)),
  Q5_1: whole('Q5_1', fifthBits + q5_1),
  Q2_K: whole('Q2_K', q2_k),
  Q3_K: parted('Q3_K', q3_k, field(0, 108), field(108, 2)),
  Q4_K: whole('Q4_K', kScales + q4_k),
  Q5_K: whole('Q5_K', kScales + q5_k),
  Q6_K: parted('Q6_K', q6_k, field(0, 208), field(208, 2)),
  IQ4_NL: parted('IQ4_NL', iq4Levels + iq4_nl, field(2, 16), field(0, 2)),
  IQ4_XS: whole('IQ4_XS', iq4Levels + iq4_xs),
  MXFP4: parted('MXFP4', mxfp4, field(1, 16), field(0, 1)),
};

function whole(type: TensorTypeName, reader: string): WeightFormat {
  const { blockLength, blockBytes } = tensorTypes[type];
  return { type, reader, blockLength, blockBytes, streams: [field(0, blockBytes)] };
}

function parted(type: TensorTypeName, reader: string, quants: Stream, scale: Stream): WeightFormat {
  const { blockLength, blockBytes } = tensorTypes[type];
  return { type, reader, blockLength, blockBytes, streams: [quants, scale] };
}

function field(offset: number, bytes: number): Stream {
  return { offset, bytes };
}

/** WGSL that declares group 1, and the kinds of its bindings, for a kernel that reads a matrix. */
export function matrixReader(format: WeightFormat): string {
  return `${slice}\n${format.reader}`;
}

export function weightBindings(format: WeightFormat): BindingKind[] {
  return ['uniform', ...format.streams.map((): BindingKind => 'read')];
}

/** Moves a field out of raw blocks; group 0 is the piece (3 u32), the raw bytes, and the stream. */
export const split: Kernel = {
  name: 'split',
  code: splitCode,
  groups: [['uniform', 'read', 'write']],
  trial: splitTrial,
};

export function splitConstants(format: WeightFormat, stream: Stream): Record<string, number> {
  return {
    BLOCK_BYTES: format.blockBytes,
    FIELD_START: stream.offset,
    FIELD_BYTES: stream.bytes,
  };
}

function splitTrial({ BLOCK_BYTES = 1, FIELD_START = 0, FIELD_BYTES = 1 }: Constants): Trial {
  const blocks = 12;
  const random = xorshift(1);
  const raw = Uint8Array.from({ length: blocks * BLOCK_BYTES }, () => random() * 256);
  const expected = stream(raw, BLOCK_BYTES, FIELD_START, FIELD_BYTES);
  const words = expected.length / 4;
  return {
    buffers: [[Uint32Array.of(0, words, blocks * FIELD_BYTES), raw, words]],
    grid: [Math.ceil(words / 64), 1, 1],
    results: [
      {
        binding: 2,
        expected: Float32Array.from(expected),
        tolerance: 0,
        read: bytes => Float32Array.from(new Uint8Array(bytes)),
      },
    ],
  };
}
