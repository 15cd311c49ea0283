/** For store.browser.test.ts: a source of any size, and, run as a worker, a tab that never ends its download. */
import type { ModelSource } from './model-source.ts';
import { CHUNK_BYTES, WeightStore } from './store.ts';

/** Bytes that tell by their value where they lie, so that a chunk in the wrong place shows. */
export function patternSource(size: number, version?: string): ModelSource {
  return {
    name: 'pattern',
    size,
    version,
    read: async (offset, length) => {
      const bytes = new Uint8Array(length);
      for (let index = 0; index < length; index++) bytes[index] = Math.imul(offset + index, 0x9e3779b1) >>> 24;
      return bytes;
    },
  };
}

if (!('document' in globalThis)) {
  addEventListener('message', async ({ data: database }: MessageEvent<string>) => {
    const pattern = patternSource(4 * CHUNK_BYTES);
    const stuck: ModelSource = {
      ...pattern,
      read: async (offset, length) => {
        // The third chunk is asked for when the first is in storage.
        if (offset < 2 * CHUNK_BYTES) return pattern.read(offset, length);
        postMessage('stuck');
        return new Promise(() => {});
      },
    };
    await (await WeightStore.open(database)).save('model', stuck);
  });
}
