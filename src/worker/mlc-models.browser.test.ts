import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ScriptedLoader } from '../../test/fixtures/scripted-loader.ts';
import type { ModelSettings } from '../engine/engine.ts';
import { WeightStore } from '../weights/store.ts';
import { Catalogue } from './catalogue.ts';
import { MlcModels } from './mlc-models.ts';
import { Models } from './models.ts';

const never = new AbortController().signal;
const own = {
  ...{ model: '/no-such-repository/', model_id: 'Mine', model_lib: '/mine.wasm', vram_required_MB: 100 },
  required_features: ['shader-f16'],
};

function start(defaultModel?: string) {
  const mlc = new MlcModels({ own: [own], base: location.href, onLost: () => {}, storeName: 'mlc-test' });
  const openStore = () => WeightStore.open('mlc-test-weights');
  return new Models({ catalogue: new Catalogue(), loader: new ScriptedLoader(), openStore, mlc, defaultModel });
}

const wasFetched = (part: string) => performance.getEntriesByType('resource').some(({ name }) => name.includes(part));
/** Whether the package has been fetched, prebundled as the tests have it. */
const isFetched = () => wasFetched('mlc-ai');
/** Whether the model's own files have been asked for. */
const wasAsked = () => wasFetched('no-such-repository');

/** As where a GPU has these features, and limits that do. */
function offerWebGpu(features: readonly string[], maxStorageBufferBindingSize = 2 ** 30): void {
  const limits = {
    maxBufferSize: 2 ** 30,
    maxComputeWorkgroupStorageSize: 2 ** 15,
    maxStorageBuffersPerShaderStage: 10,
  };
  const adapter = { features: new Set(features), limits: { ...limits, maxStorageBufferBindingSize } };
  vi.spyOn(navigator.gpu, 'requestAdapter').mockResolvedValue(adapter as unknown as GPUAdapter);
}

// As where the GPU is blocked.
beforeEach(() => void vi.spyOn(navigator.gpu, 'requestAdapter').mockResolvedValue(null));
afterEach(() => void vi.restoreAllMocks());

describe("web-llm's models", () => {
  test('are told apart from the others, for which web-llm is not fetched', async () => {
    const models = start();
    const listed = await models.list();
    expect(listed.map(({ id }) => id).filter(id => id.startsWith('mlc:'))).toEqual([]);
    expect(isFetched()).toBe(false);
  });

  test('are all in its catalogue, with what they need; the own ones first', async () => {
    const [first, ...others] = await start().listMlc();
    expect(first).toMatchObject({ id: 'mlc:Mine', ownedBy: location.host, vramBytes: 100e6, stored: false });
    expect(others.length).toBeGreaterThan(100);
    expect(others).toContainEqual({
      id: 'mlc:Llama-3.2-1B-Instruct-q4f16_1-MLC',
      ...{ ownedBy: 'mlc-ai', created: 0, loaded: false, stored: false, contextLength: 4096, vramBytes: 879_040_000 },
      ...{ lowResource: true, requiredFeatures: ['shader-f16'] },
    });
    expect(others.find(({ id }) => id === 'mlc:Qwen3-0.6B-q4f16_1-MLC')).toBeDefined();
    expect(isFetched()).toBe(true);
  });

  test('are refused where there is no WebGPU, or not all of it, before anything is fetched', async () => {
    const models = start();
    const refused = { code: 'webgpu_unavailable', status: 503 };
    await expect(models.load('mlc:Mine', never)).rejects.toMatchObject(refused);
    offerWebGpu([]);
    const message = expect.stringContaining('needs shader-f16');
    await expect(models.load('mlc:Mine', never)).rejects.toMatchObject({ ...refused, message });
    expect(wasAsked()).toBe(false);
    offerWebGpu(['shader-f16']);
    await expect(models.load('mlc:Mine', never)).rejects.toMatchObject({ code: 'model_download_failed' });
    expect(wasAsked()).toBe(true);
  });

  test('are refused with settings that they cannot have', async () => {
    offerWebGpu(['shader-f16']);
    const load = (settings: ModelSettings) => start().load('mlc:Mine', never, undefined, settings);
    await expect(load({ cacheType: 'q8' })).rejects.toMatchObject({ status: 400, param: 'cacheType' });
    await expect(load({ contextLength: 0.5 })).rejects.toMatchObject({ status: 400, param: 'contextLength' });
  });

  test("are estimated from web-llm's catalogue, without the network", async () => {
    const models = start();
    const known = { id: 'mlc:gemma-2b-it-q4f16_1-MLC', gpuBytes: 1_476_520_000, requiredFeatures: ['shader-f16'] };
    await expect(models.estimate(known.id, never, {})).rejects.toMatchObject({ code: 'webgpu_unavailable' });
    offerWebGpu(['shader-f16']);
    const estimate = (settings: ModelSettings) => models.estimate(known.id, never, settings);
    expect(await estimate({})).toEqual({ ...known, fits: true, contextLength: 4096, lowResource: false });
    const { gpuBytes, ...longer } = known;
    expect(await estimate({ contextLength: 8192 })).toEqual({
      ...longer,
      ...{ fits: true, contextLength: 8192, lowResource: false },
    });
    offerWebGpu([], 2 ** 27);
    expect(await models.estimate('mlc:Mine', never, {})).toMatchObject({
      ...{ fits: false, gpuBytes: 100e6, problem: expect.stringContaining('needs shader-f16') },
    });
    await expect(models.estimate('mlc:None', never, {})).rejects.toMatchObject({ code: 'model_not_found' });
  });

  test('answer requests that name no model, where one of them is the default', async () => {
    const models = start('mlc:Mine');
    expect((await models.list())[0]).toMatchObject({ id: 'mlc:Mine', ownedBy: 'local', loaded: false, stored: false });
    await expect(models.open(undefined, never)).rejects.toMatchObject({ code: 'webgpu_unavailable' });
  });

  test('can be deleted without having been stored', async () => {
    await expect(start().delete('mlc:Mine')).resolves.toBeUndefined();
  });
});
