import { describe, expect, test } from 'vitest';
import { bytesSource } from '../../test/fixtures/bytes-source.ts';
import { tinyModel } from '../../test/fixtures/tiny-model.ts';
import { counting } from '../../test/gpu/counting-device.ts';
import { testDevice, testGpu } from '../../test/gpu/open.ts';
import { largestDifference } from '../../test/gpu/run-kernel.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import { Gpu } from '../gpu/gpu.ts';
import { planModel } from './architectures.ts';
import { loadModel, type Model, type ModelOptions } from './model.ts';
import { GpuWeights } from './upload.ts';

const signal = new AbortController().signal;

async function load(gpu: Gpu, bytes: Uint8Array, options: Partial<ModelOptions> = {}): Promise<Model> {
  const source = bytesSource(bytes);
  return loadModel(gpu, source, planModel(await readGguf(source)), { signal, ...options });
}

// Of every architecture, `npm run golden` does so too.
describe('a prompt gives the same logits however it is cut', async () => {
  const gpu = await testGpu();
  const variant = { ...gpu.features, f16: false };
  const model = await load(gpu, tinyModel({ type: 'Q8_0' }), { cacheType: 'f32', variant });
  // Longer than a chunk of prefill, than a tile of attention, and than what one split takes.
  const ids = Array.from({ length: 300 }, (_, i) => (i * 31) % model.vocabularySize);
  const expected = await model.forward(ids, 0);

  test.each([1, 3, 7, 64])('in pieces of %i', async size => {
    let logits: Float32Array = new Float32Array();
    const start = size < 5 ? 270 : 0; // a few tokens at a time are slow: the end will do
    if (start > 0) await model.forward(ids.slice(0, start), 0);
    for (let at = start; at < ids.length; at += size) logits = await model.forward(ids.slice(at, at + size), at);
    expect(largestDifference(logits, expected)).toBeLessThan(1e-4);
  });

  test('after another prompt was there', async () => {
    await model.forward(ids.slice(100), 0);
    expect(largestDifference(await model.forward(ids, 0), expected)).toBe(0);
  });

  test('row by row', async () => {
    const rows = await model.forwardEach(ids.slice(0, 40), 0);
    const last = rows.at(-1);
    expect(rows).toHaveLength(40);
    expect(last && largestDifference(last, await model.forward(ids.slice(0, 40), 0))).toBe(0);
  });
});

// The gates of decoding that need no clock; fusing and sampling on the GPU will bring more of them.
test('a token makes nothing, writes once, and takes one pass and one submit', async () => {
  const { device, counts } = counting(await testDevice());
  const source = bytesSource(tinyModel());
  const plan = planModel(await readGguf(source));
  const model = await loadModel(new Gpu(device), source, plan, { signal });
  await model.forward([1, 2, 3], 0);
  Object.assign(counts, { calls: {}, writtenBytes: 0 });
  const tokens = 5;
  for (let i = 0; i < tokens; i++) await model.forward([7], 3 + i);

  const { calls, writtenBytes } = counts;
  expect(Object.keys(calls).filter(name => name.startsWith('create'))).toEqual(['createCommandEncoder']);
  expect(calls.beginComputePass).toBe(tokens);
  expect(calls.submit).toBe(tokens);
  expect(calls.writeBuffer).toBe(tokens);
  expect(writtenBytes / tokens).toBeLessThanOrEqual(256);
  expect(calls.dispatchWorkgroupsIndirect).toBeUndefined();
  expect((calls.dispatchWorkgroups ?? 0) / tokens).toBeLessThanOrEqual(9 * plan.hyperParameters.layers + 2);
});

test('weights take on the GPU what they take in the file', async () => {
  const source = bytesSource(tinyModel({ type: 'Q8_0' }));
  const plan = planModel(await readGguf(source));
  const gpu = new Gpu(await testDevice());
  const buffers = gpu.buffers();
  const weights = new GpuWeights(buffers, plan.tensors, gpu.limits);
  await weights.upload(gpu, source, { signal });
  const slices = plan.tensors.matrices.length * 16; // their uniforms
  expect(buffers.bytes - slices).toBe(plan.tensors.bytes);
});

test('a device that is lost during the load is an error, and not a model', async () => {
  const gpu = await testGpu();
  const source = bytesSource(tinyModel());
  const loading = loadModel(gpu, source, planModel(await readGguf(source)), { signal, onUpload: () => gpu.destroy() });
  await expect(loading).rejects.toMatchObject({ code: 'device_lost' });
});

test('what no binding can hold is refused, and not computed to zeros', async () => {
  const device = await testDevice();
  const limits = { maxBindingBytes: 100_000, maxBufferBytes: 2 ** 20 }; // the feed-forward's takes 128 KiB
  await expect(load(new Gpu({ ...device, limits }), tinyModel())).rejects.toMatchObject({ code: 'model_too_large' });
});

test('an aborted upload leaves nothing on the GPU', async () => {
  const source = bytesSource(tinyModel());
  const controller = new AbortController();
  const { device, counts } = counting(await testDevice());
  const loading = loadModel(new Gpu(device), source, planModel(await readGguf(source)), {
    signal: controller.signal,
    onUpload: bytes => {
      if (bytes > 100_000) controller.abort();
    },
  });
  await expect(loading).rejects.toThrow(/abort/i);
  expect(counts.calls.createBuffer).toBeGreaterThan(10);
  expect(counts.destroyedBuffers).toBe(counts.calls.createBuffer);
});
