import { expect, it } from 'vitest';
import { BlobSource } from './blob-source.ts';
import { copyChunks } from './copy-chunks.ts';
import type { ModelSource } from './model-source.ts';

const bytes = Uint8Array.from({ length: 1050 }, (_, index) => index % 251);
const source = new BlobSource(new Blob([bytes]));
const tick = () => new Promise(resolve => setTimeout(resolve, 5));

it('copies every byte, in order, and holds two chunks at most', async () => {
  let held = 0;
  let most = 0;
  const counted: ModelSource = {
    name: 'counted',
    size: source.size,
    read: (offset, length, signal) => {
      held += 1;
      most = Math.max(most, held);
      return source.read(offset, length, signal);
    },
  };
  const written: number[] = [];
  const write = async (index: number, chunk: Uint8Array) => {
    await tick();
    expect(written).toHaveLength(index * 100);
    written.push(...chunk);
    held -= 1;
  };
  const received: number[] = [];
  await copyChunks(counted, write, { chunkBytes: 100, onBytes: count => received.push(count) });
  expect(written).toEqual([...bytes]);
  expect(most).toBe(2);
  expect(received).toEqual(received.toSorted((a, b) => a - b));
  expect(received.at(-1)).toBe(1050);
});

it('writes nothing of an empty source', async () => {
  const empty = new BlobSource(new Blob([]));
  await copyChunks(empty, () => Promise.reject(new Error('not called')), { chunkBytes: 100 });
});

it('stops the read under way when a write fails', async () => {
  let stopped = false;
  const endless: ModelSource = {
    name: 'endless',
    size: 1000,
    read: async (offset, length, signal) => {
      if (offset === 0) return new Uint8Array(length);
      await new Promise(resolve => signal?.addEventListener('abort', resolve));
      stopped = true;
      throw signal?.reason;
    },
  };
  const write = () => Promise.reject(new Error('disk full'));
  await expect(copyChunks(endless, write, { chunkBytes: 100 })).rejects.toThrow('disk full');
  expect(stopped).toBe(true);
});

it('waits for the write under way when a read fails', async () => {
  let written = 0;
  const torn: ModelSource = {
    name: 'torn',
    size: 1000,
    read: async (offset, length) => {
      if (offset > 0) throw new Error('cable pulled');
      return new Uint8Array(length);
    },
  };
  const write = async () => {
    await tick();
    written += 1;
  };
  await expect(copyChunks(torn, write, { chunkBytes: 100 })).rejects.toThrow('cable pulled');
  expect(written).toBe(1);
});
