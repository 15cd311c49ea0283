import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { bytesSource } from '../../test/fixtures/bytes-source.ts';
import { goldenAbsent, goldenPath } from '../../test/fixtures/golden.ts';
import { tinyEncoder } from '../../test/fixtures/tiny-encoder.ts';
import { tinyModel } from '../../test/fixtures/tiny-model.ts';
import { counting } from '../../test/gpu/counting-device.ts';
import { testDevice } from '../../test/gpu/open.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import { Gpu } from '../gpu/gpu.ts';
import { planModel } from './architectures.ts';
import { modelCost, tokensPerSecond } from './cost.ts';
import { measureSpeed } from './device-speed.ts';
import { fitCache } from './fit.ts';
import { loadModel } from './model.ts';

const { device, counts } = counting(await testDevice());
const gpu = new Gpu(device);
const signal = new AbortController().signal;

async function planOf(bytes: Uint8Array) {
  const source = bytesSource(bytes);
  return { source, plan: planModel(await readGguf(source)) };
}

const files: [name: string, read: () => Promise<Uint8Array>][] = [
  ['the tiny model', async () => tinyModel({ type: 'Q8_0' })],
  // Recurrent state, a cache in blocks of bytes, experts.
  ...['qwen35-Q8_0', 'qwen3moe-Q8_0'].map((name): [string, () => Promise<Uint8Array>] => [
    name,
    () => readFile(goldenPath(`synthetic/${name}.gguf`)),
  ]),
];

test('an encoder has no token to forecast', async () => {
  const { source, plan } = await planOf(tinyEncoder());
  const cache = fitCache(plan, gpu.limits);
  const cost = modelCost(plan, { ...cache, limits: gpu.limits, variant: gpu.features });
  const model = await loadModel(gpu, source, plan, { signal, ...cache });
  expect(cost).toEqual({ gpuBytes: model.gpuBytes, token: undefined });
  model.dispose();
});

test.for(files)('%s takes on the GPU what was said before', async ([name, read], ctx) => {
  if (name !== 'the tiny model' && goldenAbsent !== undefined) ctx.skip(goldenAbsent);
  const { source, plan } = await planOf(await read());
  const cache = fitCache(plan, gpu.limits, { contextLength: 200 }, { cacheType: 'q8' });
  const cost = modelCost(plan, { ...cache, limits: gpu.limits, variant: gpu.features });
  const model = await loadModel(gpu, source, plan, { signal, ...cache });
  expect(model.gpuBytes).toBe(cost.gpuBytes);
  counts.calls = {};
  await model.forward([1], 0);
  expect(counts.calls.dispatchWorkgroups).toBe(cost.token?.dispatches);
  model.dispose();
});

test('a token reads every matrix once, but the embedding, and the cache as far as it is filled', async () => {
  const { plan } = await planOf(tinyModel({ contextLength: 512 }));
  const setting = { contextLength: 512, cacheType: 'f16', limits: gpu.limits, variant: gpu.features } as const;
  const { matrices } = plan.tensors;
  const embedding = matrices.find(({ tensor }) => tensor.name === 'token_embd.weight');
  const weights = matrices.reduce((sum, { bytes }) => sum + bytes, 0) - (embedding?.bytes ?? 0) + 64 * 4;
  const cached = 2 * 2 * 2 * 16 * 2 * 512;
  expect(modelCost(plan, setting).token?.bytes).toBe(weights + cached);
});

test('the device has a speed, which measuring leaves nothing behind of', async () => {
  const [made, destroyed] = [counts.calls.createBuffer ?? 0, counts.destroyedBuffers];
  const start = performance.now();
  const speed = await measureSpeed(gpu);
  expect((performance.now() - start) / 1000).toBeLessThan(30); // a second, on a GPU
  expect(speed.bandwidth).toBeGreaterThan(1e7);
  expect(speed.bandwidth).toBeLessThan(1e13);
  expect(speed.dispatch).toBeGreaterThan(0);
  expect(speed.roundTrip).toBeGreaterThan(0);
  expect(counts.destroyedBuffers - destroyed).toBe((counts.calls.createBuffer ?? 0) - made);
});

test('the forecast adds up what reading, dispatching and waiting take', () => {
  const speed = { bandwidth: 1e9, dispatch: 1e-5, roundTrip: 2e-3 };
  expect(tokensPerSecond({ bytes: 0.85e7, dispatches: 100 }, speed)).toBeCloseTo(1 / (0.01 + 0.001 + 0.002));
});
