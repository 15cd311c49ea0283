import { clear, createStore } from 'idb-keyval';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { bytesSource } from '../../test/fixtures/bytes-source.ts';
import { collect, request, textOf } from '../../test/fixtures/engine-contract.ts';
import { tinyEncoder } from '../../test/fixtures/tiny-encoder.ts';
import { tinyModel } from '../../test/fixtures/tiny-model.ts';
import { EitherLoader } from './either-loader.ts';
import { NativeLoader } from './native-loader.ts';
import { WasmLoader } from './wasm-loader.ts';

const signal = new AbortController().signal;
const SETTINGS = { contextLength: 64 };

/** SwiftShader takes seconds to compile a model's kernels. */
const COMPILING_MS = 60_000;

function start(): EitherLoader {
  return new EitherLoader(new NativeLoader(SETTINGS, () => {}), new WasmLoader(SETTINGS, () => {}));
}

async function load(loader: EitherLoader) {
  const source = bytesSource(tinyModel({ type: 'Q8_0', contextLength: 128 }));
  const model = await loader.inspect(source, signal, {});
  return model.load({ id: 'tiny', source, signal, onUpload: () => {}, onCompile: () => {} });
}

let warn: ReturnType<typeof vi.spyOn>;
beforeEach(async () => {
  await clear(createStore('ingle-device', 'facts'));
  warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterEach(() => void vi.restoreAllMocks());

/** As on a browser that lists a graphics adapter, whose driver opens no device. */
function refuseDevices(): void {
  vi.spyOn(GPUAdapter.prototype, 'requestDevice').mockRejectedValue(new Error('The driver is too old.'));
}

test('a GPU that computes wrong numbers is left for the processor, which is told', {
  timeout: COMPILING_MS,
}, async () => {
  const createShaderModule = GPUDevice.prototype.createShaderModule;
  vi.spyOn(GPUDevice.prototype, 'createShaderModule').mockImplementation(function (this: GPUDevice, { code }) {
    return createShaderModule.call(this, {
      code: code.replace('unpack4xI8(quants[index])', 'unpack4xU8(quants[index])'),
    });
  });
  const engine = await load(start());
  expect(engine.info).toMatchObject({ engine: 'wasm', contextLength: 64 });
  expect(textOf(await collect(engine, request('Once')))).not.toBe('');
  await engine.dispose();
  expect(warn).toHaveBeenCalledWith(expect.stringMatching(/computes wrong numbers.* on the processor/));
});

test('an adapter that opens no device is as good as none, which is told once', async () => {
  refuseDevices();
  const loader = start();
  for (const engine of [await load(loader), await load(loader)]) {
    expect(engine.info).toMatchObject({ engine: 'wasm', contextLength: 64 });
    await engine.dispose();
  }
  expect(warn).toHaveBeenCalledOnce();
});

test('what the processor cannot run either lacks a GPU', async () => {
  refuseDevices();
  const loader = start();
  const refusal = async (bytes: Uint8Array<ArrayBuffer>, size = bytes.length) => {
    const source = { ...bytesSource(bytes), size };
    return loader.inspect(source, signal, {}).catch((error: unknown) => error);
  };
  expect(await refusal(tinyModel(), 2 ** 31)).toMatchObject({
    code: 'webgpu_unavailable',
    message: expect.stringMatching(/refused to open a device.* processor: The model has 2147483648 bytes/),
    cause: { code: 'model_too_large' },
  });
  expect(await refusal(tinyEncoder())).toMatchObject({ code: 'webgpu_unavailable' });
  expect(await refusal(tinyModel().slice(0, 100))).toMatchObject({ code: 'invalid_gguf' });
  expect(warn).not.toHaveBeenCalled();
});
