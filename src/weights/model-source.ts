import { ModelError } from '../errors.ts';
import type { ByteSource } from '../gguf/byte-source.ts';

/** A byte source to copy a whole model from. Every {@link ByteSource} is one; these extras are optional. */
export interface ModelSource extends ByteSource {
  /** Changes when the bytes do (an ETag, a date); `undefined` where the source cannot tell. */
  readonly version?: string | undefined;
  /** @param onBytes told how many bytes of this read are there, as they arrive; never falls. */
  read(
    offset: number,
    length: number,
    signal?: AbortSignal,
    onBytes?: (received: number) => void,
  ): Promise<Uint8Array<ArrayBuffer>>;
}

/** @throws ModelError `invalid_gguf` when the range does not lie within the source. */
export function checkRange(source: ByteSource, offset: number, length: number): void {
  if (offset >= 0 && length >= 0 && offset + length <= source.size) return;
  throw new ModelError(
    `${source.name} has ${source.size} bytes, but bytes ${offset} to ${offset + length} are wanted: it is cut short, or not a model.`,
    'invalid_gguf',
  );
}
