import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { GREEDY } from '../../test/fixtures/greedy.ts';
import { ScriptedEngine } from '../../test/fixtures/scripted-engine.ts';
import { type ModelScript, ScriptedLoader, scriptFile } from '../../test/fixtures/scripted-loader.ts';
import type { Engine, ModelSettings } from '../engine/engine.ts';
import { isAbort, RequestError } from '../errors.ts';
import { WeightStore } from '../weights/store.ts';
import { Catalogue } from './catalogue.ts';
import { type ModelFamily, Models, type ModelsOptions } from './models.ts';

const OWN = { bytes: 40, contextLength: 100, licence: 'MIT', description: 'a test' };
const STORY = { ...OWN, name: 'story', file: '/test/fixtures/story.json' };
const signal = new AbortController().signal;
const originalFetch = globalThis.fetch;

let loader: ScriptedLoader;
let models: Models;
/** Addresses that were fetched. */
let fetched: string[];
let database: string;

function keep(options: Partial<ModelsOptions> = {}): Models {
  const catalogue = new Catalogue([STORY], location.href);
  return new Models({ catalogue, loader, openStore: () => WeightStore.open(database), ...options });
}

beforeEach(() => {
  database = `test-${crypto.randomUUID()}`;
  loader = new ScriptedLoader();
  models = keep();
  fetched = [];
  globalThis.fetch = (input, init) => {
    fetched.push(input instanceof Request ? input.url : `${input}`);
    return originalFetch(input, init);
  };
});
afterEach(() => {
  globalThis.fetch = originalFetch;
  indexedDB.deleteDatabase(database);
});

const fast = (name: string, script: Partial<ModelScript> = {}) =>
  scriptFile(name, { answer: ['a', 'b', 'c'], ...script });
const slow = (name: string) => fast(name, { tokenMs: 20 });

/** The text that an engine answers, and what to call after each token. */
async function answerOf(engine: Engine, onToken?: (text: string) => void, runSignal = signal): Promise<string> {
  let answer = '';
  const request = { prompt: { ids: [1] }, sampling: GREEDY, stop: [], choices: 1 };
  for await (const event of engine.generate(request, runSignal)) {
    answer += event.text;
    if (event.type === 'token') onToken?.(event.text);
  }
  return answer;
}

/** Models of another kind, of which nothing is stored. */
const family: ModelFamily = {
  prefix: 'mlc:',
  stored: async () => [],
  catalogue: async () => [],
  inspect: async (id, _, { cacheType }) => {
    if (cacheType) throw new RequestError('It has its own.', 'unsupported_parameter', 'cacheType');
    return { load: async () => new ScriptedEngine({ info: { id } }) };
  },
  estimate: async id => ({ id, fits: true }),
  delete: async () => {},
};

const events = (kind: string) => loader.reports.filter(report => report.startsWith(kind));
const idsOf = async (which: 'loaded' | 'stored') =>
  (await models.list()).filter(card => card[which]).map(({ id }) => id);

test("an entry of the catalogue says how its model calls tools, where the template's way is the wrong one", async () => {
  models = keep({ catalogue: new Catalogue([{ ...STORY, toolFormat: 'llama' }], location.href) });
  expect(await models.load('story', signal)).toMatchObject({ id: 'story', toolFormat: 'llama' });
});

describe('loading', () => {
  test('downloads a model of the catalogue, stores it, and loads it', async () => {
    const progress: string[] = [];
    const info = await models.load('story', signal, ({ stage, fraction }) => progress.push(`${stage} ${fraction}`));
    expect(info.id).toBe('story');
    expect([await idsOf('loaded'), await idsOf('stored')]).toEqual([['story'], ['story']]);
    expect(progress[0]).toMatch(/^download/);
    expect(progress.at(-1)).toBe('compile 1');
  });

  test('takes a stored model without the network', async () => {
    await models.load('story', signal);
    fetched.length = 0;
    const progress: string[] = [];
    models = keep();
    await models.load('story', signal, ({ stage }) => progress.push(stage));
    expect(fetched).toEqual([]);
    expect(progress).not.toContain('download');
  });

  test('knows a model by each of its names', async () => {
    await models.load(new URL(STORY.file, location.href).href, signal);
    await models.load('story', signal);
    await models.load(STORY.file, signal);
    expect(loader.reports).toEqual(['loaded story']);
  });

  test('keeps a file by its name', async () => {
    await models.load(fast('mine.gguf'), signal);
    models = keep();
    expect(await answerOf(await models.open('mine.gguf', signal))).toBe('abc');
  });

  test('takes another file of the same name in place of the first', async () => {
    await models.load(fast('mine.gguf'), signal);
    await models.load(new File([JSON.stringify({ answer: ['new'] })], 'mine.gguf', { lastModified: 1 }), signal);
    expect(await answerOf(await models.open('mine.gguf', signal))).toBe('new');
    expect(loader.reports.slice(0, 3)).toEqual(['loaded mine.gguf', 'disposed mine.gguf', 'loaded mine.gguf']);
  });

  test('twice at once is one load, and tells both how far it is', async () => {
    const progress = [0, 0];
    const load = (which: number) =>
      models.load('story', signal, ({ fraction }) => {
        progress[which] = fraction;
      });
    await Promise.all([load(0), load(1)]);
    expect(loader.reports).toEqual(['loaded story']);
    expect(progress).toEqual([1, 1]);
  });

  test('takes settings, loads anew where they are others, and keeps them for requests', async () => {
    const contextOf = async (settings?: ModelSettings) =>
      (await models.load('story', signal, undefined, settings)).contextLength;
    expect(await contextOf()).toBe(256);
    expect(await contextOf({ contextLength: 100 })).toBe(100);
    expect(await contextOf()).toBe(100);
    expect(loader.reports).toEqual(['loaded story', 'disposed story', 'loaded story']);
    await models.load(fast('other.gguf'), signal);
    expect((await models.open('story', signal)).info.contextLength).toBe(100);
  });

  test('takes a model as it is where it has what is asked for', async () => {
    await models.load('story', signal);
    await models.load('story', signal, undefined, { contextLength: 256 });
    await models.load('story', signal, undefined, { cacheType: 'f16' });
    expect(loader.reports).toEqual(['loaded story']);
  });

  test('refuses settings that cannot be had, and the model stays loaded as it was', async () => {
    models = keep({ mlc: family });
    for (const id of ['story', 'mlc:a']) {
      await models.load(id, signal);
      const load = models.load(id, signal, undefined, { cacheType: 'q8' });
      await expect(load).rejects.toMatchObject({ status: 400, param: 'cacheType' });
      expect(await idsOf('loaded')).toEqual([id]);
      expect((await models.open(id, signal)).info.id).toBe(id);
    }
    expect(loader.reports).toEqual(['loaded story', 'disposed story']);
    const pending = models.load('mlc:a', signal, undefined, { cacheType: 'q8' }).catch(() => {});
    await models.unload('mlc:a');
    await pending;
    expect(await idsOf('loaded')).toEqual([]);
  });

  test('refuses what cannot run before it is stored', async () => {
    const file = new File(['no script'], 'bad.gguf');
    await expect(models.load(file, signal)).rejects.toMatchObject({ code: 'invalid_gguf' });
    // Vite answers with its page, whole, where there is no file.
    const absent = models.load('/test/fixtures/not-there.gguf', signal);
    await expect(absent).rejects.toMatchObject({ code: 'ranges_unsupported' });
    await expect(models.load('what is this', signal)).rejects.toMatchObject({ code: 'model_not_found' });
    expect(await idsOf('stored')).toEqual([]);
    await models.load('story', signal);
  });
});

describe('an aborted load', () => {
  test('ends at once, and leaves nothing loaded', async () => {
    const controller = new AbortController();
    const load = models.load(fast('a.gguf', { uploadMs: 50 }), controller.signal, ({ stage }) => {
      if (stage === 'upload') controller.abort();
    });
    await expect(load).rejects.toSatisfy(isAbort);
    expect(await idsOf('loaded')).toEqual([]);
    await models.load(fast('a.gguf'), signal);
    expect(events('loaded')).toEqual(['loaded a.gguf']);
  });

  test('goes on for others who wait for it', async () => {
    const controller = new AbortController();
    const file = fast('a.gguf', { uploadMs: 50 });
    const first = models.load(file, controller.signal, ({ stage }) => {
      if (stage === 'upload') controller.abort();
    });
    const second = models.load(file, signal);
    await expect(first).rejects.toSatisfy(isAbort);
    await second;
    expect(events('loaded')).toEqual(['loaded a.gguf']);
  });
});

describe('a load that another takes the place of', () => {
  test('is followed by whoever waits for its model', async () => {
    await models.load(fast('a.gguf', { uploadMs: 50 }), signal);
    models = keep();
    let again: Promise<unknown> | undefined;
    const first = models.load('a.gguf', signal, ({ stage }) => {
      if (stage === 'upload') again ??= models.load('a.gguf', signal, undefined, { contextLength: 100 });
    });
    const request = models.open('a.gguf', signal);
    expect([await first, (await request).info].map(({ contextLength }) => contextLength)).toEqual([100, 100]);
    await again;
    expect(events('loaded')).toHaveLength(2); // the one that stored it, and the last
  });

  test('is given up where it was of another file', async () => {
    let next: Promise<unknown> | undefined;
    const load = models.load(fast('a.gguf', { uploadMs: 50 }), signal, ({ stage }) => {
      if (stage === 'upload') next ??= models.load(new File(['{"answer":["new"]}'], 'a.gguf'), signal);
    });
    await expect(load).rejects.toSatisfy(isAbort);
    await next;
    expect(await answerOf(await models.open('a.gguf', signal))).toBe('new');
  });
});

describe('one model on the GPU', () => {
  test('makes room for the next', async () => {
    await models.load(fast('a.gguf'), signal);
    await models.load(fast('b.gguf'), signal);
    expect(loader.reports).toEqual(['loaded a.gguf', 'disposed a.gguf', 'loaded b.gguf']);
    expect(await idsOf('loaded')).toEqual(['b.gguf']);
  });

  test('answers to the end before it makes room', async () => {
    await models.load(slow('a.gguf'), signal);
    let next: Promise<unknown> | undefined;
    const answer = await answerOf(await models.open('a.gguf', signal), () => {
      next ??= models.load(fast('b.gguf'), signal);
    });
    await next;
    expect(answer).toBe('abc');
    expect(loader.reports.slice(-3)).toEqual(['stopped a.gguf', 'disposed a.gguf', 'loaded b.gguf']);
  });

  test('is loaded again for a request that was opened before it made room', async () => {
    await models.load(fast('a.gguf'), signal);
    const engine = await models.open('a.gguf', signal);
    await models.load(fast('b.gguf'), signal);
    expect(await answerOf(engine)).toBe('abc');
  });

  test('serves requests for two models in turn, however they come', async () => {
    await models.load(slow('a.gguf'), signal);
    await models.load(slow('b.gguf'), signal);
    const ask = async (id: string) => answerOf(await models.open(id, signal));
    const answers = await Promise.all(['a.gguf', 'b.gguf', 'a.gguf', 'b.gguf'].map(ask));
    expect(answers).toEqual(['abc', 'abc', 'abc', 'abc']);
    // Never two at once:
    const comings = loader.reports
      .filter(report => /^(loaded|disposed)/.test(report))
      .map(report => report.split(' ')[0]);
    comings.forEach((event, index) => void expect(event).toBe(index % 2 === 0 ? 'loaded' : 'disposed'));
  });
});

describe('requests', () => {
  test('load the model that they name', async () => {
    expect(await answerOf(await models.open('story', signal))).toBe('Once upon a time.');
  });

  test('that name none get the chosen default, else what is loaded, stored, or first in the catalogue', async () => {
    const defaultOf = async () => (await models.list())[0]?.id;
    expect(await defaultOf()).toBe('story');
    await models.load(fast('a.gguf'), signal);
    await models.load(fast('b.gguf'), signal);
    expect(await defaultOf()).toBe('b.gguf');
    expect((await models.open(undefined, signal)).info.id).toBe('b.gguf');
    models = keep();
    expect(await defaultOf()).toBe('a.gguf');
    models = keep({ defaultModel: 'story' });
    expect((await models.open(undefined, signal)).info.id).toBe('story');
  });

  test('that name none get a loaded model of another kind, though nothing of it is stored', async () => {
    models = keep({ mlc: family });
    await models.load('mlc:a', signal);
    expect((await models.list())[0]).toMatchObject({ id: 'mlc:a', ownedBy: 'local', loaded: true, contextLength: 256 });
    expect((await models.open(undefined, signal)).info.id).toBe('mlc:a');
  });

  test('stop the engine when they are aborted', async () => {
    await models.load(slow('a.gguf'), signal);
    const controller = new AbortController();
    const engine = await models.open('a.gguf', signal);
    await expect(answerOf(engine, () => controller.abort(), controller.signal)).rejects.toSatisfy(isAbort);
    expect(events('token')).toHaveLength(2);
    await models.unload('a.gguf');
    expect(events('disposed')).toHaveLength(1);
  });

  test('load anew what was on a device that is lost', async () => {
    await models.load(fast('a.gguf', { lostAt: 1 }), signal);
    const engine = await models.open('a.gguf', signal);
    await expect(answerOf(engine)).rejects.toMatchObject({ code: 'device_lost' });
    models.forgetAll();
    await models.load('a.gguf', signal);
    expect(events('loaded')).toHaveLength(2);
  });

  test('do not find a model of a lost device, though a load that was to take its place is refused', async () => {
    let refuse = () => {};
    const refused = new Promise<void>(resolve => {
      refuse = resolve;
    });
    const inspect: ModelFamily['inspect'] = async (id, signal, settings) => {
      if (settings.cacheType) await refused;
      return family.inspect(id, signal, settings);
    };
    models = keep({ mlc: { ...family, inspect } });
    await models.load('mlc:a', signal);
    const again = models.load('mlc:a', signal, undefined, { cacheType: 'q8' });
    await vi.waitFor(async () => expect(await idsOf('loaded')).toEqual([]));
    models.forgetAll();
    refuse();
    await expect(again).rejects.toMatchObject({ param: 'cacheType' });
    expect(await idsOf('loaded')).toEqual([]);
  });

  test('of another model do not fail where the last one, on a lost device, cannot be disposed of', async () => {
    const inspect = async (id: string) => {
      const engine = new ScriptedEngine({ info: { id } });
      engine.dispose = () => Promise.reject(new Error('The device was lost.'));
      return { load: async () => engine };
    };
    models = keep({ mlc: { ...family, inspect } });
    await models.load('mlc:a', signal);
    models.forgetAll();
    expect((await models.load('story', signal)).id).toBe('story');
  });
});

describe('unloading and deleting', () => {
  test('unloads, and keeps what is stored', async () => {
    await models.load(fast('a.gguf'), signal);
    await models.unload('a.gguf');
    expect([await idsOf('loaded'), await idsOf('stored')]).toEqual([[], ['a.gguf']]);
  });

  test('deletes', async () => {
    await models.load(fast('a.gguf'), signal);
    await models.delete('a.gguf');
    expect((await models.list()).map(({ id }) => id)).not.toContain('a.gguf');
    expect(events('disposed')).toHaveLength(1);
    await expect(models.open('a.gguf', signal)).rejects.toMatchObject({ code: 'model_not_found' });
  });

  test('aborts a load that is under way', async () => {
    const load = models.load(fast('a.gguf', { uploadMs: 50 }), signal, () => void models.unload('a.gguf'));
    await expect(load).rejects.toSatisfy(isAbort);
    expect(await idsOf('loaded')).toEqual([]);
  });
});

describe('an estimate', () => {
  test('stores and loads nothing, and is asked of what is stored where it is', async () => {
    const { bytes, ...rest } = await models.estimate('story', signal, { contextLength: 50 });
    expect(rest).toEqual({ id: 'story', downloadBytes: bytes, gpuBytes: bytes, contextLength: 50, fits: true });
    expect([await idsOf('loaded'), await idsOf('stored')]).toEqual([[], []]);
    await models.load('story', signal);
    fetched.length = 0;
    expect(await models.estimate('story', signal, {})).toMatchObject({ bytes, downloadBytes: 0 });
    expect(fetched).toEqual([]);
  });

  test('knows of storage without room', async () => {
    const full = vi.spyOn(navigator.storage, 'estimate').mockResolvedValue({ quota: 10, usage: 9 });
    onTestFinished(() => full.mockRestore());
    const { fits, problem } = await models.estimate(fast('a.gguf'), signal, {});
    expect(fits).toBe(false);
    expect(problem).toMatch(/a\.gguf needs .* of storage/);
  });
});

describe('the list', () => {
  test('tells what is known of each model', async () => {
    await models.load(fast('a.gguf'), signal);
    const [mine, story] = await models.list();
    expect(mine).toMatchObject({ id: 'a.gguf', ownedBy: 'local', loaded: true, stored: true, contextLength: 256 });
    expect(mine?.created).toBeGreaterThan(1_700_000_000);
    expect(story).toMatchObject({ id: 'story', loaded: false, stored: false, bytes: 40, licence: 'MIT' });
    expect((await models.list()).map(({ ownedBy }) => ownedBy)).toContain('HuggingFaceTB');
  });
});
