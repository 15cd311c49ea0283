import { describe, expect, test, vi } from 'vitest';
import golden from '../../../demo/ember/ember.golden.json' with { type: 'json' };
import { bytesSource } from '../../../test/fixtures/bytes-source.ts';
import { collect, decodingContract, engineContract, never } from '../../../test/fixtures/engine-contract.ts';
import { GREEDY } from '../../../test/fixtures/greedy.ts';
import { tinyModel } from '../../../test/fixtures/tiny-model.ts';
import { readGguf } from '../../gguf/read-gguf.ts';
import { createTokenizer } from '../../tokenizer/tokenizer.ts';
import { Llama } from './llama.ts';
import { LlamaModel } from './llama-model.ts';
import { inspectForWasm, loadWasmEngine } from './wasm-engine.ts';

async function load(bytes: Uint8Array<ArrayBuffer>, signal = never) {
  const source = bytesSource(bytes);
  const model = inspectForWasm(await readGguf(source), source.size);
  return loadWasmEngine(source, model, { id: 'test', signal });
}

async function fetched(url: string | URL): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}

/** llama.cpp multiplies Q8_0 with activations that it rounds to eight bits; logits have a deviation of 3. */
const ROUNDING = 0.3;

describe('a model of random weights', async () => {
  const engine = await load(tinyModel({ contextLength: 128 }));
  test('tells who it is', () => {
    expect(engine.info).toMatchObject({ engine: 'wasm', contextLength: 128, architecture: 'llama' });
  });
  engineContract(engine);
  decodingContract(engine);
});

describe('the embedded model', async () => {
  const engine = await load(await fetched('/models/ember-q8_0.gguf'));

  test.each(golden.cases.map((known, index) => ({ ...known, index })))('greedy ids of case $index', async known => {
    const asked = {
      prompt: { ids: known.prompt_ids },
      ...{ sampling: GREEDY, stop: [], choices: 1, maxTokens: known.greedy_ids.length },
    };
    const events = await collect(engine, asked);
    expect(events.flatMap(event => (event.type === 'token' ? [event.id] : []))).toEqual(known.greedy_ids);
  });
});

test('logits are those of the reference, on their own scale', async () => {
  const [{ prompt_ids, greedy_ids, logits_shape } = { prompt_ids: [], greedy_ids: [], logits_shape: [] }] =
    golden.cases;
  const [rows = 0, width = 0] = logits_shape ?? [];
  const bytes = await fetched(new URL('../../../demo/ember/ember.case0.logits.f32', import.meta.url));
  const expected = new Float32Array(bytes.buffer);
  const ids = [...prompt_ids, ...greedy_ids].slice(0, rows);
  const source = bytesSource(await fetched('/models/ember-q8_0.gguf'));
  const llama = new Llama();
  await llama.start(1);
  const model = await LlamaModel.load(llama, source, { contextLength: 64, vocabularySize: width, threads: 1 });
  const furthest = async (from: number, to: number) => {
    const logits = await model.forward(ids.slice(from, to), from);
    return Math.max(...logits.map((logit, id) => Math.abs(logit - (expected[(to - 1) * width + id] ?? 0))));
  };
  expect(await furthest(0, rows)).toBeLessThan(ROUNDING);
  for (let row = 3; row < rows; row++) expect(await furthest(row, row + 1)).toBeLessThan(ROUNDING); // back, and on
  model.dispose();
});

test('addresses above 2 GiB are taken for what they are', async () => {
  const source = bytesSource(tinyModel());
  const { vocabularySize } = createTokenizer((await readGguf(source)).metadata);
  const llama = new Llama();
  await llama.start(1);
  // The file is the largest that there may be; no more of it than the model is sent.
  const call = llama.call.bind(llama);
  llama.call = (name, ...args) => call(name, ...((name === 'allocate' ? [2 ** 31 - 2 ** 16] : args) as typeof args));
  const model = await LlamaModel.load(llama, source, { contextLength: 64, vocabularySize, threads: 1 });
  expect(await model.forward([1, 2, 3], 0)).toHaveLength(vocabularySize);
  model.dispose();
}, 60_000);

test('a module that fails is told of, and lost', async () => {
  const llama = new Llama();
  await llama.start(1);
  const source = bytesSource(tinyModel());
  const { vocabularySize } = createTokenizer((await readGguf(source)).metadata);
  const onLost = vi.fn();
  const options = { contextLength: 64, vocabularySize, threads: 1, onLost };
  const model = await LlamaModel.load(llama, source, options);
  const aborted = AbortSignal.abort(new Error('enough'));
  await expect(model.forward([1, 2, 3], 0, aborted)).rejects.toThrow('enough');
  expect(onLost).not.toHaveBeenCalled();
  llama.end(); // as a browser ends a worker that has taken too much
  await expect(model.forward([1], 0)).rejects.toMatchObject({ code: 'engine_unavailable', status: 503 });
  expect(onLost).toHaveBeenCalledOnce();
});

test('settings are what was asked for, or refused', async () => {
  const gguf = await readGguf(bytesSource(tinyModel({ contextLength: 128 })));
  expect(inspectForWasm(gguf, 1, { contextLength: 64, cacheType: 'f16' }).contextLength).toBe(64);
  expect(inspectForWasm(gguf, 1, {}, { contextLength: 32, cacheType: 'q8' }).contextLength).toBe(32);
  expect(inspectForWasm(gguf, 1, {}, { contextLength: 1000 }).contextLength).toBe(128);
  const refused = (param: string) => expect.objectContaining({ status: 400, param });
  expect(() => inspectForWasm(gguf, 1, { contextLength: 129 })).toThrow(refused('contextLength'));
  expect(() => inspectForWasm(gguf, 1, { cacheType: 'q8' })).toThrow(refused('cacheType'));
});

describe('what cannot be loaded', () => {
  test('is refused by what llama.cpp says of it', async () => {
    // The same file, of an architecture that nobody knows.
    const text = Array.from(tinyModel(), byte => String.fromCharCode(byte))
      .join('')
      .replaceAll('llama', 'zzama');
    const loading = load(Uint8Array.from(text, character => character.charCodeAt(0)));
    await expect(loading).rejects.toMatchObject({
      code: 'unsupported_architecture',
      message: expect.stringMatching(/llama.cpp cannot run .*'zzama'/),
    });
  });

  test('is refused where it is larger than the module can open', async () => {
    const gguf = await readGguf(bytesSource(tinyModel()));
    expect(() => inspectForWasm(gguf, 2 ** 31)).toThrow(/has 2147483648 bytes; without WebGPU it may have 2147483647/);
  });

  test('is given up when the load is aborted', async () => {
    const reason = new Error('enough');
    await expect(load(tinyModel(), AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
