import { ModelError } from '../errors.ts';
import type { ChunkDatabase, Manifest } from './chunk-database.ts';
import { checkRange, type ModelSource } from './model-source.ts';

/** A complete copy in storage, read from its chunks. */
export class ChunkSource implements ModelSource {
  readonly name: string;
  readonly size: number;
  readonly version: string | undefined;
  readonly #database: ChunkDatabase;
  readonly #manifest: Manifest;

  constructor(database: ChunkDatabase, manifest: Manifest) {
    this.#database = database;
    this.#manifest = manifest;
    this.name = manifest.model.name;
    this.size = manifest.model.size;
    this.version = manifest.model.version;
  }

  async read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    checkRange(this, offset, length);
    const { copy, chunkBytes } = this.#manifest;
    const parts: Blob[] = [];
    for (let index = Math.floor(offset / chunkBytes); index * chunkBytes < offset + length; index++) {
      signal?.throwIfAborted();
      const chunk = await this.#database.chunk(copy, index);
      if (!chunk) throw this.#lost('was deleted or replaced while it was being read');
      const start = index * chunkBytes;
      parts.push(chunk.slice(Math.max(offset - start, 0), offset + length - start));
    }
    // A Blob of Blobs copies nothing until it is read.
    const buffer = await new Blob(parts).arrayBuffer().catch(cause => {
      throw this.#lost('cannot be read', cause);
    });
    signal?.throwIfAborted();
    if (buffer.byteLength !== length) throw this.#lost('is incomplete');
    return new Uint8Array(buffer);
  }

  #lost(what: string, cause?: unknown): ModelError {
    const message = `The stored copy of ${this.name} ${what}. Delete it and load the model again.`;
    return new ModelError(message, 'model_download_failed', { cause });
  }
}
