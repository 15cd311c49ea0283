import { clear, createStore, keys, set } from 'idb-keyval';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { patternSource } from '../../test/fixtures/pattern-source.ts';
import { BlobSource } from './blob-source.ts';
import type { ModelSource } from './model-source.ts';
import { CHUNK_BYTES, WeightStore } from './store.ts';

declare global {
  interface Navigator {
    /** https://wicg.github.io/storage-buckets/, which TypeScript does not know yet. */
    readonly storageBuckets: {
      open(name: string, options: { quota: number }): Promise<{ readonly indexedDB: IDBFactory }>;
      delete(name: string): Promise<void>;
    };
  }
}

/** Two whole chunks and a piece. */
const SIZE = 2 * CHUNK_BYTES + 12_345;

let database: string;
let store: WeightStore;

beforeEach(async () => {
  database = `test-${crypto.randomUUID()}`;
  store = await WeightStore.open(database);
  onTestFinished(() => clear(createStore(database, 'weights')));
});

/** All that lies in the database, whoever it belongs to. */
const records = () => keys(createStore(database, 'weights'));

/** A source that misbehaves once it is asked for its second chunk. */
function source(atSecondChunk: (signal?: AbortSignal) => Promise<void>): ModelSource {
  const good = patternSource(SIZE);
  return {
    ...good,
    read: async (offset, length, signal) => {
      if (offset > 0) await atSecondChunk(signal);
      return good.read(offset, length);
    },
  };
}

async function expectSame(actual: ModelSource | undefined, expected: ModelSource, ranges: [number, number][]) {
  expect(actual?.size).toBe(expected.size);
  for (const [offset, length] of ranges) {
    const [bytes, wanted] = await Promise.all([actual?.read(offset, length), expected.read(offset, length)]);
    expect(bytes?.length).toBe(length);
    expect(bytes?.every((byte, index) => byte === wanted[index])).toBe(true);
  }
}

describe('a stored model', () => {
  it('is listed, read back byte for byte, found again after reopening, and deleted', async () => {
    const pattern = patternSource(SIZE, 'v1');
    const before = Date.now();
    await store.save('model', pattern, { details: { architecture: 'llama', contextLength: 2048 } });

    const reopened = await WeightStore.open(database);
    const [model, ...others] = await reopened.list();
    expect(others).toEqual([]);
    expect(model).toMatchObject({ id: 'model', name: 'pattern', size: SIZE, version: 'v1' });
    expect(model?.details).toEqual({ architecture: 'llama', contextLength: 2048 });
    expect(model?.storedAt).toBeGreaterThanOrEqual(before);
    expect(await reopened.get('model')).toEqual(model);

    const stored = await reopened.source('model');
    await expectSame(stored, pattern, [
      [0, 4],
      [0, CHUNK_BYTES],
      [CHUNK_BYTES - 3, 7],
      [CHUNK_BYTES - 1, CHUNK_BYTES + 2],
      [0, SIZE],
      [SIZE - 1, 1],
      [SIZE, 0],
    ]);
    await expect(stored?.read(SIZE - 1, 2)).rejects.toMatchObject({ code: 'invalid_gguf' });
    await expect(stored?.read(0, 1, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });

    expect(await reopened.delete('model')).toBe(true);
    expect(await reopened.delete('model')).toBe(false);
    expect(await reopened.list()).toEqual([]);
    expect(await reopened.source('model')).toBeUndefined();
    expect(await records()).toEqual([]);
    await expect(stored?.read(0, 4)).rejects.toMatchObject({ code: 'model_download_failed' });
  });

  it('is copied in order, a chunk at a time, and counted as it comes', async () => {
    const pattern = patternSource(SIZE);
    const read = vi.spyOn(pattern, 'read');
    const counts: number[] = [];
    await store.save('model', pattern, { onBytes: count => counts.push(count) });
    expect(read.mock.calls.map(([offset, length]) => [offset, length])).toEqual([
      [0, CHUNK_BYTES],
      [CHUNK_BYTES, CHUNK_BYTES],
      [2 * CHUNK_BYTES, 12_345],
    ]);
    expect(counts).toEqual([CHUNK_BYTES, 2 * CHUNK_BYTES, SIZE]);
  });

  it('is not copied again while its version is the same', async () => {
    await store.save('model', patternSource(1000, 'v1'));
    await store.save('model', {
      ...patternSource(1000, 'v1'),
      read: () => Promise.reject(new Error('read for nothing')),
    });
    await store.save('model', patternSource(2000, 'v2'));
    expect(await store.list()).toEqual([expect.objectContaining({ size: 2000, version: 'v2' })]);
    expect(await records()).toHaveLength(2);
  });

  it('stays as it was until its replacement is complete', async () => {
    const first = new BlobSource(new File(['the first'], 'first.gguf'));
    await store.save('model', first);
    const reader = await store.source('model');
    const failing = source(async () => {
      await expectSame(await store.source('model'), first, [[0, 9]]);
      throw new Error('cable pulled');
    });
    await expect(store.save('model', failing)).rejects.toThrow('cable pulled');
    await expectSame(reader, first, [[0, 9]]);
    expect(await records()).toHaveLength(2);
  });

  it('may be empty, or as long as a chunk exactly', async () => {
    await store.save('empty', patternSource(0));
    await store.save('chunk', patternSource(CHUNK_BYTES));
    await expectSame(await store.source('empty'), patternSource(0), [[0, 0]]);
    await expectSame(await store.source('chunk'), patternSource(CHUNK_BYTES), [[CHUNK_BYTES - 5, 5]]);
  });
});

describe('a save that does not succeed leaves nothing', () => {
  it('when it is aborted', async () => {
    const controller = new AbortController();
    const aborting = source(async signal => {
      controller.abort();
      signal?.throwIfAborted();
    });
    const { signal } = controller;
    await expect(store.save('model', aborting, { signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(await store.list()).toEqual([]);
    expect(await records()).toEqual([]);
    await store.save('model', patternSource(SIZE));
    expect(await store.list()).toHaveLength(1);
  });

  it('when it is aborted before it begins', async () => {
    const signal = AbortSignal.abort();
    await expect(store.save('model', patternSource(SIZE), { signal })).rejects.toBe(signal.reason);
    expect(await records()).toEqual([]);
  });

  it('when the source fails', async () => {
    const failing = source(() => Promise.reject(new Error('cable pulled')));
    await expect(store.save('model', failing)).rejects.toThrow('cable pulled');
    expect(await records()).toEqual([]);
  });

  it('when the model is larger than the quota, of which nothing is read', async () => {
    const huge = { ...patternSource(1e15), read: () => Promise.reject(new Error('read for nothing')) };
    await expect(store.save('model', huge)).rejects.toMatchObject({
      code: 'quota_exceeded',
      status: 507,
      message: expect.stringMatching(/1000000\.00 GB .* \d+\.\d\d GB left/),
    });
    expect(await records()).toEqual([]);
  });

  it('when the quota runs out on the way', async () => {
    // A bucket's quota is a real one, of which the estimate for the whole site knows nothing: the save begins.
    const bucket = await navigator.storageBuckets.open('small', { quota: CHUNK_BYTES / 2 });
    vi.stubGlobal('indexedDB', bucket.indexedDB);
    onTestFinished(async () => {
      vi.unstubAllGlobals();
      await navigator.storageBuckets.delete('small');
    });

    const pattern = patternSource(SIZE);
    const read = vi.spyOn(pattern, 'read');
    const limited = await WeightStore.open(database);
    await expect(limited.save('model', pattern)).rejects.toMatchObject({ code: 'quota_exceeded', status: 507 });
    expect(read).toHaveBeenCalledTimes(2);
    expect(await records()).toEqual([]);
  });
});

describe('two at once', () => {
  it('save the same id one after the other', async () => {
    const other = await WeightStore.open(database);
    const sources = [patternSource(SIZE, 'v1'), patternSource(SIZE - 1, 'v2'), patternSource(SIZE - 1, 'v2')];
    await Promise.all(sources.map((pattern, index) => (index === 1 ? other : store).save('model', pattern)));
    expect(await store.list()).toEqual([expect.objectContaining({ version: 'v2' })]);
    await expectSame(await store.source('model'), patternSource(SIZE - 1), [[0, SIZE - 1]]);
    expect(await records()).toHaveLength(1 + 3);
  });

  it('save different ids side by side', async () => {
    let arrive = () => {};
    const arrived = new Promise<void>(resolve => {
      arrive = resolve;
    });
    // Ends only when the other is complete.
    const waiting = source(() => arrived);
    await Promise.all([store.save('a', waiting), store.save('b', patternSource(1000)).then(arrive)]);
    expect((await store.list()).map(model => model.id).sort()).toEqual(['a', 'b']);
  });

  it('one can be aborted while it waits for the other', async () => {
    const controller = new AbortController();
    const first = source(async () => {
      const second = store.save('model', patternSource(1000), { signal: controller.signal });
      controller.abort();
      await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    });
    await store.save('model', first);
    expect(await store.list()).toEqual([expect.objectContaining({ size: SIZE })]);
  });
});

describe('another tab in the middle of a save', () => {
  it('is left alone while it lives, and swept up after when it is gone', async () => {
    const worker = new Worker(new URL('../../test/fixtures/pattern-source.ts', import.meta.url), { type: 'module' });
    const firstChunkWritten = new Promise(resolve => worker.addEventListener('message', resolve, { once: true }));
    worker.postMessage(database);
    await firstChunkWritten;

    const lively = await WeightStore.open(database);
    expect(await lively.list()).toEqual([]);
    expect((await records()).length).toBeGreaterThanOrEqual(2);

    worker.terminate();
    await expect
      .poll(
        async () => {
          await WeightStore.open(database);
          return records();
        },
        { timeout: 5000 },
      )
      .toEqual([]);
  });
});

it('refuses where IndexedDB does not do what it should', async () => {
  const broken = `test-${crypto.randomUUID()}`;
  await set('key', 'value', createStore(broken, 'something-else'));
  await expect(WeightStore.open(broken)).rejects.toMatchObject({ code: 'storage_unavailable', status: 507 });
});
