import { createStore, promisifyRequest, type UseStore } from 'idb-keyval';
import { EnvironmentError } from '../errors.ts';

/** A model in storage, as it is listed. */
export interface StoredModel {
  readonly id: string;
  /** What the source was called: a URL or a file's name. */
  readonly name: string;
  readonly size: number;
  /** The source's {@link ModelSource.version}, where it had one. */
  readonly version: string | undefined;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
  /** What the one who saved it wants to know without opening it, such as the architecture. */
  readonly details: Readonly<Record<string, string | number>>;
}

/**
 * One copy of a model: written before its first chunk, and once more, complete, after its last. An incomplete one
 * belongs to a download under way, or to a tab that was closed during one.
 */
export interface Manifest {
  /** Names the copy's chunks. A model that is downloaded again is a new copy, so that readers never see a mix. */
  readonly copy: string;
  readonly model: StoredModel;
  readonly chunkBytes: number;
  readonly complete: boolean;
}

const manifestKey = (copy: string) => ['manifest', copy];
const chunkKey = (copy: string, index: number) => ['chunk', copy, index];
/** Every array sorts after numbers and strings, so `[]` ends the keys that begin with `prefix`. */
const keysBelow = (...prefix: string[]) => IDBKeyRange.bound(prefix, [...prefix, []]);

/** Manifests and chunks in one IndexedDB object store, so that a copy appears and disappears in one transaction. */
export class ChunkDatabase {
  readonly #store: UseStore;

  constructor(name: string) {
    this.#store = createStore(name, 'weights');
  }

  manifests(): Promise<Manifest[]> {
    return this.#run('readonly', allManifests);
  }

  async putManifest(manifest: Manifest): Promise<void> {
    await this.#write(store => promisifyRequest(store.put(manifest, manifestKey(manifest.copy))));
  }

  async putChunk(copy: string, index: number, chunk: Blob): Promise<void> {
    await this.#write(store => promisifyRequest(store.put(chunk, chunkKey(copy, index))));
  }

  /** `undefined` when the copy was removed. */
  chunk(copy: string, index: number): Promise<Blob | undefined> {
    return this.#run('readonly', store => promisifyRequest<Blob | undefined>(store.get(chunkKey(copy, index))));
  }

  /** The copy takes the place of every other one of its model, all at once. */
  async complete(manifest: Manifest): Promise<void> {
    await this.#write(async store => {
      await removeCopies(store, other => other.model.id === manifest.model.id && other.copy !== manifest.copy);
      store.put({ ...manifest, complete: true }, manifestKey(manifest.copy));
    });
  }

  /** Removes the copies that match, with their chunks, all at once; returns how many there were. */
  remove(matches: (manifest: Manifest) => boolean): Promise<number> {
    return this.#write(store => removeCopies(store, matches));
  }

  async #write<T>(action: (store: IDBObjectStore) => Promise<T>): Promise<T> {
    return this.#run('readwrite', async store => {
      // The request may succeed and the transaction fail after it: quota is counted when it commits.
      const [result] = await Promise.all([action(store), promisifyRequest(store.transaction)]);
      return result;
    });
  }

  async #run<T>(mode: IDBTransactionMode, action: (store: IDBObjectStore) => Promise<T>): Promise<T> {
    try {
      return await this.#store(mode, action);
    } catch (cause) {
      throw storageError(cause);
    }
  }
}

function allManifests(store: IDBObjectStore): Promise<Manifest[]> {
  return promisifyRequest<Manifest[]>(store.getAll(keysBelow('manifest')));
}

async function removeCopies(store: IDBObjectStore, matches: (manifest: Manifest) => boolean): Promise<number> {
  const copies = (await allManifests(store)).filter(matches).map(manifest => manifest.copy);
  for (const copy of copies) {
    store.delete(manifestKey(copy));
    store.delete(keysBelow('chunk', copy));
  }
  return copies.length;
}

function storageError(cause: unknown): EnvironmentError {
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  if (cause instanceof DOMException && cause.name === 'QuotaExceededError') {
    const message = `The browser's storage is full (${reason}). Delete a stored model, or free space on the disk.`;
    return new EnvironmentError(message, 'quota_exceeded', { cause });
  }
  const message = `The browser's storage (IndexedDB) does not work here, as in some private windows (${reason}).`;
  return new EnvironmentError(message, 'storage_unavailable', { cause });
}
