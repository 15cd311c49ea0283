import { openAsBlob } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BlobSource } from './blob-source.ts';

const file = new File([Uint8Array.from({ length: 100 }, (_, index) => index)], 'tiny.gguf', { lastModified: 1234 });

describe('BlobSource', () => {
  it('takes name, size and version from a file', () => {
    expect(new BlobSource(file)).toMatchObject({ name: 'tiny.gguf', size: 100, version: '1234' });
    expect(new BlobSource(new Blob(['abc']), 'abc.gguf')).toMatchObject({ name: 'abc.gguf', version: undefined });
  });

  it('reads a range into memory of its own', async () => {
    const source = new BlobSource(file);
    const bytes = await source.read(10, 4);
    expect([...bytes]).toEqual([10, 11, 12, 13]);
    expect(bytes.buffer.byteLength).toBe(4);
    expect(await source.read(100, 0)).toHaveLength(0);
  });

  it.each([
    [90, 11],
    [101, 0],
    [-1, 2],
    [0, -1],
    [Number.NaN, 1],
  ])('refuses the range from %i of length %i', async (offset, length) => {
    await expect(new BlobSource(file).read(offset, length)).rejects.toMatchObject({ code: 'invalid_gguf' });
  });

  it('stops when it is aborted', async () => {
    await expect(new BlobSource(file).read(0, 1, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('says when the file has changed since it was chosen', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ingle-'));
    const path = join(folder, 'model.gguf');
    await writeFile(path, 'GGUF and more');
    const source = new BlobSource(await openAsBlob(path), 'model.gguf');
    await truncate(path, 4);
    await expect(source.read(0, 8)).rejects.toMatchObject({
      code: 'model_download_failed',
      message: expect.stringContaining('changed'),
    });
    await rm(folder, { recursive: true });
  });
});
