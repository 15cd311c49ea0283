import { createStore, del, delMany, get, keys, set, type UseStore } from 'idb-keyval';
import { memoryStore, type ResponseStore, type StoredResponse } from '../openai/responses/response-store.ts';

/** Conversations are text: so many of them are some megabytes. */
const MAX_STORED = 1000;

/**
 * Keeps responses on this device, the latest of them, for all tabs of the origin. Where the browser has no storage, as
 * in some private windows, they are kept for as long as the worker lives.
 */
export function deviceStore(name = 'ingle-responses', limit = MAX_STORED): ResponseStore {
  const opening = openStore(name, limit);
  return {
    put: async stored => (await opening).put(stored),
    get: async id => (await opening).get(id),
    delete: async id => (await opening).delete(id),
  };
}

async function openStore(name: string, limit: number): Promise<ResponseStore> {
  try {
    const database = createStore(name, 'responses');
    await keys(database);
    return inDatabase(database, limit);
  } catch {
    return memoryStore(limit);
  }
}

function inDatabase(database: UseStore, limit: number): ResponseStore {
  return {
    async put(stored) {
      try {
        await set(stored.response.id, stored, database);
        // Ids begin with the time, and keys are sorted.
        await delMany((await keys(database)).slice(0, -limit), database);
      } catch (error) {
        console.warn(error); // a full disk: the answer itself is there, and whoever continues it is told
      }
    },
    get: id => get<StoredResponse>(id, database),
    async delete(id) {
      const found = (await get(id, database)) !== undefined;
      await del(id, database);
      return found;
    },
  };
}
