import { createStore, get, set, type UseStore } from 'idb-keyval';

/**
 * What was found out about this device, kept over visits. Where the browser has no storage, as in some private windows,
 * it is found out anew.
 */
export class DeviceFacts {
  readonly #name: string;
  #database: UseStore | undefined;

  constructor(name = 'ingle-device') {
    this.#name = name;
  }

  /** @param key all that the fact depends on, as text */
  async recall<Fact>(key: string, find: () => Promise<Fact>): Promise<Fact> {
    const known = await this.get<Fact>(key);
    if (known !== undefined) return known;
    const found = await find();
    await this.set(key, found);
    return found;
  }

  async get<Fact>(key: string): Promise<Fact | undefined> {
    try {
      return await get<Fact>(key, this.#open());
    } catch {
      return undefined;
    }
  }

  async set(key: string, fact: unknown): Promise<void> {
    try {
      await set(key, fact, this.#open());
    } catch {
      // Nothing depends on its being kept.
    }
  }

  #open(): UseStore {
    this.#database ??= createStore(this.#name, 'facts');
    return this.#database;
  }
}
