import type { BindingKind, Kernel } from '../../gpu/kernel.ts';
import bf16 from './bf16.wgsl?raw';
import f16 from './f16.wgsl?raw';
import f32 from './f32.wgsl?raw';
import q4_0 from './q4-0.wgsl?raw';
import q8_0 from './q8-0.wgsl?raw';
import slice from './slice.wgsl?raw';
import splitCode from './split.wgsl?raw';

/**
 * How the blocks of one tensor type lie on the GPU, and the WGSL that reads them.
 *
 * Every reader defines `weights4(index)`: four consecutive weights of a row-major matrix, `index` counting fours. Its
 * bindings are group 1: binding 0 is the slice (slice.wgsl), then one binding a stream.
 */
export interface WeightFormat {
  readonly reader: string;
  /** Weights in a block. */
  readonly blockLength: number;
  readonly blockBytes: number;
  /** The parts of a block that are stored apart from each other, in the order of the reader's bindings. */
  readonly streams: readonly Stream[];
}

/** A field of a block, in bytes from the block's beginning. */
export interface Stream {
  readonly offset: number;
  readonly bytes: number;
}

/** Tensor types that the kernels read, by GGUF's names. */
export const weightFormats: Readonly<Record<string, WeightFormat>> = {
  F32: plain(f32, 4),
  F16: plain(f16, 2),
  BF16: plain(bf16, 2),
  Q8_0: { reader: q8_0, blockLength: 32, blockBytes: 34, streams: [field(2, 32), field(0, 2)] },
  Q4_0: { reader: q4_0, blockLength: 32, blockBytes: 18, streams: [field(2, 16), field(0, 2)] },
};

function plain(reader: string, bytes: number): WeightFormat {
  return { reader, blockLength: 1, blockBytes: bytes, streams: [field(0, bytes)] };
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
export const split: Kernel = { name: 'split', code: splitCode, groups: [['uniform', 'read', 'write']] };

export function splitConstants(format: WeightFormat, stream: Stream): Record<string, number> {
  return {
    BLOCK_HALVES: format.blockBytes / 2,
    FIELD_START: stream.offset / 2,
    FIELD_HALVES: stream.bytes / 2,
  };
}
