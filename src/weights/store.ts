import { EnvironmentError } from '../errors.ts';
import { ChunkDatabase, type Manifest, type StoredModel } from './chunk-database.ts';
import { ChunkSource } from './chunk-source.ts';
import { copyChunks } from './copy-chunks.ts';
import type { ModelSource } from './model-source.ts';
import { requireRoom } from './quota.ts';

export type { StoredModel } from './chunk-database.ts';

/** Measured, in Chromium: Blobs of 16 to 64 MiB are read at 1.2 to 1.7 GB/s, and two of these are little memory. */
export const CHUNK_BYTES = 32 * 2 ** 20;

export interface SaveOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told how many bytes have been read from the source; never falls. */
  readonly onBytes?: (received: number) => void;
  readonly details?: StoredModel['details'];
}

/** The models kept in this browser. Several tabs and workers of an origin may use it at once. */
export class WeightStore {
  readonly #database: ChunkDatabase;
  readonly #name: string;

  private constructor(name: string) {
    this.#database = new ChunkDatabase(name);
    this.#name = name;
  }

  /**
   * Opens the store and clears what downloads left behind whose tab was closed.
   *
   * @param name the IndexedDB database's.
   * @throws EnvironmentError `storage_unavailable` where IndexedDB is missing or refuses.
   */
  static async open(name = 'ingle-weights'): Promise<WeightStore> {
    if (!globalThis.indexedDB || !globalThis.navigator?.locks) {
      const message =
        'There is no storage for models here: it takes IndexedDB and Web Locks, which need https or localhost.';
      throw new EnvironmentError(message, 'storage_unavailable');
    }
    const store = new WeightStore(name);
    await store.#clearLeftovers();
    return store;
  }

  /** The complete models, oldest first. */
  async list(): Promise<StoredModel[]> {
    const complete = (await this.#database.manifests()).filter(manifest => manifest.complete);
    return complete.map(manifest => manifest.model).sort((a, b) => a.storedAt - b.storedAt);
  }

  async get(id: string): Promise<StoredModel | undefined> {
    return (await this.#find(id))?.model;
  }

  /** Reads a complete model; `undefined` when there is none of this id. */
  async source(id: string): Promise<ModelSource | undefined> {
    const manifest = await this.#find(id);
    return manifest && new ChunkSource(this.#database, manifest);
  }

  /**
   * Copies a model into storage. Until that is done the id has no model, or the one it had before; when it fails or is
   * aborted, nothing of the copy stays. A copy of the same version is kept as it is, so that a save which waited for
   * another tab's has nothing left to do.
   *
   * @throws EnvironmentError `quota_exceeded`, before anything is read where the browser tells, or
   *   `storage_unavailable`; what the source throws; the signal's reason.
   */
  async save(id: string, source: ModelSource, options: SaveOptions = {}): Promise<void> {
    const { signal } = options;
    await navigator.locks.request(this.#lockName(id), signal ? { signal } : {}, async () => {
      const stored = await this.get(id);
      if (stored?.version !== undefined && stored.version === source.version && stored.size === source.size) return;
      await requireRoom(source.name, source.size);
      await this.#copy(id, source, options);
    });
  }

  /** Whether there was a model to delete. A download of it that is under way goes on: abort that first. */
  async delete(id: string): Promise<boolean> {
    return (await this.#database.remove(manifest => manifest.complete && manifest.model.id === id)) > 0;
  }

  async #copy(id: string, source: ModelSource, { signal, onBytes, details = {} }: SaveOptions): Promise<void> {
    const { name, size, version } = source;
    const copy = crypto.randomUUID();
    const model = { id, name, size, version, storedAt: Date.now(), details };
    const manifest: Manifest = { copy, model, chunkBytes: CHUNK_BYTES, complete: false };
    try {
      await this.#database.putManifest(manifest);
      const write = (index: number, bytes: Uint8Array<ArrayBuffer>) =>
        this.#database.putChunk(copy, index, new Blob([bytes]));
      await copyChunks(source, write, { chunkBytes: CHUNK_BYTES, signal, onBytes });
      await this.#database.complete(manifest);
    } catch (error) {
      // Storage that fails even at this is cleared when it is next opened.
      await this.#database.remove(other => other.copy === copy).catch(() => {});
      throw error;
    }
  }

  async #find(id: string): Promise<Manifest | undefined> {
    return (await this.#database.manifests()).find(manifest => manifest.complete && manifest.model.id === id);
  }

  /** Who saves a model holds its lock, so an incomplete copy whose lock is free belongs to nobody. */
  async #clearLeftovers(): Promise<void> {
    const manifests = await this.#database.manifests();
    const ids = new Set(manifests.filter(manifest => !manifest.complete).map(manifest => manifest.model.id));
    for (const id of ids) {
      await navigator.locks.request(this.#lockName(id), { ifAvailable: true }, async lock => {
        if (lock) await this.#database.remove(manifest => !manifest.complete && manifest.model.id === id);
      });
    }
  }

  /** Held while a model is saved: one save of an id at a time, over all tabs. */
  #lockName(id: string): string {
    return `${this.#name}/${id}`;
  }
}
