import { ModelError } from '../errors.ts';
import { checkRange, type ModelSource } from './model-source.ts';

/** A file that the visitor chose or dropped, or any other Blob. */
export class BlobSource implements ModelSource {
  readonly name: string;
  readonly size: number;
  readonly version: string | undefined;
  readonly #blob: Blob;

  constructor(blob: Blob, name = blob instanceof File ? blob.name : 'the file') {
    this.#blob = blob;
    this.name = name;
    this.size = blob.size;
    this.version = blob instanceof File ? `${blob.lastModified}` : undefined;
  }

  async read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    checkRange(this, offset, length);
    signal?.throwIfAborted();
    const buffer = await this.#blob
      .slice(offset, offset + length)
      .arrayBuffer()
      .catch((cause: unknown) => {
        const message = `${this.name} can no longer be read: it was changed or moved since it was chosen.`;
        throw new ModelError(message, 'model_download_failed', { cause });
      });
    signal?.throwIfAborted();
    return new Uint8Array(buffer);
  }
}
