import type { ModelSource } from './model-source.ts';

export interface CopyOptions {
  readonly chunkBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Told how many bytes of the whole have been read; never falls. */
  readonly onBytes?: ((received: number) => void) | undefined;
}

/**
 * Reads a source from end to end and hands it to `write` in chunks. The next chunk is read while the last is written,
 * so two are in memory at most. When it throws, nothing is under way any more.
 */
export async function copyChunks(
  source: ModelSource,
  write: (index: number, bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
  { chunkBytes, signal, onBytes }: CopyOptions,
): Promise<void> {
  const failed = new AbortController();
  const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const read = async (offset: number) => {
    stop.throwIfAborted();
    const length = Math.min(chunkBytes, source.size - offset);
    const bytes = await source.read(offset, length, stop, received => onBytes?.(offset + received));
    onBytes?.(offset + length);
    return bytes;
  };

  let next: Promise<Uint8Array<ArrayBuffer>> | undefined = source.size > 0 ? read(0) : undefined;
  for (let index = 0; next; index++) {
    const bytes: Uint8Array<ArrayBuffer> = await next;
    const offset = (index + 1) * chunkBytes;
    next = offset < source.size ? read(offset) : undefined;
    const steps = [write(index, bytes), next];
    try {
      await Promise.all(steps);
    } catch (error) {
      failed.abort(error);
      await Promise.allSettled(steps);
      throw error;
    }
  }
  signal?.throwIfAborted();
}
