import { clear, createStore } from 'idb-keyval';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bytesSource } from '../../test/fixtures/bytes-source.ts';
import { tinyModel } from '../../test/fixtures/tiny-model.ts';
import type { ModelInfo } from '../engine/engine.ts';
import { NativeLoader } from './native-loader.ts';

const signal = new AbortController().signal;

/** SwiftShader takes seconds to compile a model's kernels. */
const COMPILING_MS = 60_000;

async function load(loader = new NativeLoader({}, () => {})): Promise<ModelInfo> {
  const source = bytesSource(tinyModel({ type: 'Q8_0', contextLength: 64 }));
  const model = await loader.inspect(source, signal, {});
  const engine = await model.load({ id: 'tiny', source, signal, onUpload: () => {}, onCompile: () => {} });
  await engine.dispose();
  return engine.info;
}

beforeEach(() => clear(createStore('ingle-device', 'facts')));
afterEach(() => vi.restoreAllMocks());

test('the kernels of a model are tried when it is first loaded, and not again', { timeout: COMPILING_MS }, async () => {
  // Results of trials are all that a load reads back.
  const reads = vi.spyOn(GPUBuffer.prototype, 'mapAsync');
  const loader = new NativeLoader({}, () => {});
  const info = await load(loader);
  expect(info.replacedKernels).toBeUndefined();
  expect(reads.mock.calls.length).toBeGreaterThan(10);
  reads.mockClear();
  await load(loader);
  await load(new NativeLoader({}, () => {})); // as after a reload of the page
  expect(reads).not.toHaveBeenCalled();
});

test('what a GPU computes wrongly is replaced, told with the model, and once on the console', {
  timeout: COMPILING_MS,
}, async ctx => {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter?.features.has('subgroups')) ctx.skip('this browser has no subgroups');
  const createShaderModule = GPUDevice.prototype.createShaderModule;
  vi.spyOn(GPUDevice.prototype, 'createShaderModule').mockImplementation(function (this: GPUDevice, { code }) {
    return createShaderModule.call(this, { code: code.replaceAll('subgroupAdd(sums.products)', 'sums.products') });
  });
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const loader = new NativeLoader({}, () => {});
  const info = await load(loader);
  expect(info.replacedKernels).toEqual(['matvec gives wrong numbers']);
  expect(info.fingerprint).not.toContain('subgroups');
  await load(loader);
  expect(warn).toHaveBeenCalledOnce();
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('matvec gives wrong numbers'));
});
