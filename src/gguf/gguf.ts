import type { Metadata } from './metadata.ts';
import type { TensorType } from './tensor-types.ts';

/**
 * What the header of a GGUF file says; every tensor in it is known to lie inside the file.
 *
 * Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export interface Gguf {
  readonly version: number;
  readonly metadata: Metadata;
  /** By name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
  /** Bytes that every tensor's place is a multiple of, counted from `dataOffset`. */
  readonly alignment: number;
  /** Where the tensors begin, in bytes from the beginning of the file. */
  readonly dataOffset: number;
}

export interface TensorInfo {
  readonly name: string;
  readonly type: TensorType;
  /** One to four sizes, the innermost (length of a row) first. */
  readonly shape: readonly number[];
  /** In bytes from the beginning of the file. */
  readonly offset: number;
  readonly bytes: number;
}
