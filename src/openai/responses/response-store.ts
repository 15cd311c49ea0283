import type { Item } from './items.ts';
import type { ResponseObject } from './response-object.ts';

/** A response that can be asked for again, and continued. */
export interface StoredResponse {
  readonly response: ResponseObject;
  /** The items of the conversation that it answers. */
  readonly input: readonly Item[];
}

/** Keeps responses by their ids. */
export interface ResponseStore {
  put(stored: StoredResponse): Promise<void>;
  get(id: string): Promise<StoredResponse | undefined>;
  /** @returns whether it was there. */
  delete(id: string): Promise<boolean>;
}

/** Conversations are text: so many of them fit into little memory. */
const MAX_IN_MEMORY = 1000;

/** Keeps the latest responses for as long as this thread lives. */
export function memoryStore(limit = MAX_IN_MEMORY): ResponseStore {
  const kept = new Map<string, StoredResponse>();
  return {
    async put(stored) {
      kept.set(stored.response.id, stored);
      const [oldest] = kept.keys();
      if (kept.size > limit && oldest !== undefined) kept.delete(oldest);
    },
    get: async id => kept.get(id),
    delete: async id => kept.delete(id),
  };
}
