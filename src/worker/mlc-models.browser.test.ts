import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ScriptedLoader } from '../../test/fixtures/scripted-loader.ts';
import { WeightStore } from '../weights/store.ts';
import { Catalogue } from './catalogue.ts';
import { MlcModels } from './mlc-models.ts';
import { Models } from './models.ts';

const never = new AbortController().signal;
const own = { model: '/no-such-repository/', model_id: 'Mine', model_lib: '/mine.wasm', vram_required_MB: 100 };

function start(defaultModel?: string) {
  const mlc = new MlcModels({ own: [own], base: location.href, onLost: () => {}, storeName: 'mlc-test' });
  const openStore = () => WeightStore.open('mlc-test-weights');
  return new Models({ catalogue: new Catalogue(), loader: new ScriptedLoader(), openStore, mlc, defaultModel });
}

/** Whether the package has been fetched, prebundled as the tests have it. */
const isFetched = () => performance.getEntriesByType('resource').some(({ name }) => name.includes('mlc-ai'));

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
    });
    expect(others.find(({ id }) => id === 'mlc:Qwen3-0.6B-q4f16_1-MLC')).toBeDefined();
    expect(others.some(({ requiredFeatures }) => requiredFeatures?.includes('shader-f16'))).toBe(true);
    expect(isFetched()).toBe(true);
  });

  test('are refused where there is no WebGPU, before anything is fetched', async () => {
    const loading = start().load('mlc:Mine', never);
    await expect(loading).rejects.toMatchObject({ code: 'webgpu_unavailable', status: 503 });
    expect(performance.getEntriesByType('resource').some(({ name }) => name.includes('no-such-repository'))).toBe(
      false,
    );
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
