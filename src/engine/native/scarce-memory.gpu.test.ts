import { expect, test } from 'vitest';
import { bytesSource } from '../../../test/fixtures/bytes-source.ts';
import { tinyModel } from '../../../test/fixtures/tiny-model.ts';
import { testDevice } from '../../../test/gpu/open.ts';
import { readGguf } from '../../gguf/read-gguf.ts';
import type { Device } from '../../gpu/device.ts';
import { Gpu } from '../../gpu/gpu.ts';
import type { CacheSettings } from '../../model/fit.ts';
import { inspectModel } from './inspect-model.ts';
import { loadNativeEngine } from './native-engine.ts';

const device = await testDevice();
const signal = new AbortController().signal;

/** The same device with so little memory that a buffer of more than `most` bytes is too much: it says so as WebGPU does. */
function scarce(device: Device, most: number): Device {
  const scopes: { filter: GPUErrorFilter; failed: boolean }[] = [];
  const { handle } = device;
  const pushErrorScope = (filter: GPUErrorFilter) => {
    scopes.push({ filter, failed: false });
    handle.pushErrorScope(filter);
  };
  const popErrorScope = async () => {
    const failed = scopes.pop()?.failed === true;
    const error = await handle.popErrorScope();
    return failed ? { message: 'not enough memory' } : error;
  };
  const createBuffer = (descriptor: GPUBufferDescriptor) => {
    const scope = scopes.findLast(({ filter }) => filter === 'out-of-memory');
    if (scope && descriptor.size > most) scope.failed = true;
    return handle.createBuffer(descriptor);
  };
  const own = new Map<string | symbol, unknown>(Object.entries({ pushErrorScope, popErrorScope, createBuffer }));
  const proxy = new Proxy(handle, {
    get(target, name) {
      const value: unknown = own.get(name) ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { ...device, handle: proxy };
}

/** More than a piece of the upload takes. A layer's keys take 64 bytes a position: the largest buffers, of a long context. */
const MOST_BYTES = 5_000_000;

async function load(asked: CacheSettings) {
  const gpu = new Gpu(scarce(device, MOST_BYTES));
  const source = bytesSource(tinyModel({ contextLength: 2 ** 18 }));
  const native = inspectModel(await readGguf(source), gpu.limits, asked);
  let read = 0;
  const onUpload = () => void read++;
  const engine = await loadNativeEngine(gpu, source, native, { id: 'tiny', signal, onUpload }).catch(error => {
    expect(read).toBe(0);
    throw error;
  });
  return engine.info;
}

test('a default context is halved until the memory does', async () => {
  const { contextLength, gpuBytes = 0 } = await load({});
  expect(contextLength).toBe(2 ** 16);
  expect(gpuBytes).toBeLessThan(10 * MOST_BYTES);
});

test('a context that was asked for is not, and nothing is read', async () => {
  await expect(load({ contextLength: 2 ** 17 })).rejects.toMatchObject({ code: 'out_of_memory' });
});
