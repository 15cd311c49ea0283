import { ModelError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';
import type { Gguf } from './gguf.ts';

/**
 * Reads the header of a GGUF file, and nothing behind it.
 *
 * @throws ModelError `invalid_gguf`, `unsupported_tensor_type`, and what the source throws.
 */
export async function readGguf(source: ByteSource, signal?: AbortSignal): Promise<Gguf> {
  await source.read(0, 4, signal);
  throw new ModelError(`${source.name} cannot be read yet.`, 'invalid_gguf');
}
