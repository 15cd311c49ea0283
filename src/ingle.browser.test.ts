import { OpenAI } from 'openai';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ENGINE_CHANNEL, type EngineReport, type ModelScript, scriptFile } from '../test/fixtures/scripted-loader.ts';
import { type ChatStream, Ingle, IngleError, isAbort } from './index.ts';

const scripted = () =>
  new Worker(new URL('../test/fixtures/scripted-worker.ts', import.meta.url), { type: 'module', name: 'scripted' });

const WORDS = Array.from({ length: 200 }, (_, i) => `${i} `);
const USER = { role: 'user' as const, content: 'Count.' };

let ingle: Ingle;
/** What the engine in the worker has done. */
let reports: EngineReport[];
let channel: BroadcastChannel;

beforeEach(async () => {
  reports = [];
  channel = new BroadcastChannel(ENGINE_CHANNEL);
  channel.onmessage = ({ data }) => reports.push(data);
  ingle = await Ingle.start({ worker: scripted() });
});
afterEach(async () => {
  channel.close();
  for (const { id, stored } of await ingle.models.list()) if (stored) await ingle.models.delete(id);
  ingle.dispose();
});

const count = (event: EngineReport['event']) => reports.filter(report => report.event === event).length;

async function load(script: Partial<ModelScript> = {}, name = 'model.gguf'): Promise<string> {
  const { id } = await ingle.models.load(scriptFile(name, { answer: WORDS, ...script }));
  return id;
}

const stream = (model: string, signal?: AbortSignal): Promise<ChatStream> =>
  ingle.chat.completions.create({ model, messages: [USER], stream: true }, { signal });

describe('chat.completions.create', () => {
  test('answers', async () => {
    const model = await load({ answer: ['Hi', '!'] });
    const { choices, usage } = await ingle.chat.completions.create({ model, messages: [USER] });
    expect(choices[0]?.message.content).toBe('Hi!');
    expect(usage?.completion_tokens).toBe(2);
  });

  test('streams', async () => {
    const model = await load();
    const pieces: string[] = [];
    for await (const chunk of await stream(model)) pieces.push(chunk.choices[0]?.delta.content ?? '');
    expect(pieces.join('')).toBe(WORDS.join(''));
    expect(pieces.length).toBeGreaterThan(100);
  });

  test('throws what the request has wrong', async () => {
    const model = await load();
    const error = await ingle.chat.completions
      .create({ model, messages: [USER], temperature: 7 })
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(IngleError);
    expect(error).toMatchObject({ status: 400, param: 'temperature' });
    const unknown = ingle.chat.completions.create({ model: 'no such model', messages: [USER], stream: true });
    await expect(unknown).rejects.toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
  });

  test('throws what goes wrong in the middle of an answer', async () => {
    const model = await load({ lostAt: 5 });
    const params = { model, messages: [USER] };
    await expect(ingle.chat.completions.create(params)).rejects.toMatchObject({ code: 'device_lost', status: 503 });
    const init = { method: 'POST', body: JSON.stringify(params) };
    expect((await ingle.fetch('/v1/chat/completions', init)).status).toBe(503);
  });

  test('throws what goes wrong in the middle of a stream', async () => {
    const chunks = await stream(await load({ lostAt: 5 }));
    let pieces = 0;
    const reading = (async () => {
      for await (const chunk of chunks) if (chunk.choices[0]?.delta.content) pieces++;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'device_lost' });
    expect(pieces).toBe(5);
  });

  test('brings the API key that was set', async () => {
    const locked = await Ingle.start({ worker: scripted(), apiKey: 'sesame' });
    await load({ answer: ['Open'] });
    const { choices } = await locked.chat.completions.create({ model: 'model.gguf', messages: [USER] });
    expect(choices[0]?.message.content).toBe('Open');
    expect((await locked.fetch('/v1/models')).status).toBe(401);
    locked.dispose();
  });
});

describe('the other endpoints', () => {
  test('completions', async () => {
    const model = await load({ answer: [' a', ' time'] });
    const prompt = 'Once upon';
    expect((await ingle.completions.create({ model, prompt })).choices[0]?.text).toBe(' a time');
    let text = '';
    for await (const chunk of await ingle.completions.create({ model, prompt, stream: true })) {
      text += chunk.choices[0]?.text ?? '';
    }
    expect(text).toBe(' a time');
  });

  test('responses, kept until they are deleted', async () => {
    const model = await load({ answer: ['Hi', '!'] });
    const response = await ingle.responses.create({ model, input: 'Hello.' });
    expect(response.output_text).toBe('Hi!');
    const types: string[] = [];
    const next = { model, input: 'And?', previous_response_id: response.id, stream: true as const };
    for await (const event of await ingle.responses.create(next)) types.push(event.type);
    expect([types[0], types.at(-1)]).toEqual(['response.created', 'response.completed']);
    expect((await ingle.responses.retrieve(response.id)).output_text).toBe('Hi!');
    await ingle.responses.delete(response.id);
    await expect(ingle.responses.retrieve(response.id)).rejects.toMatchObject({ code: 'response_not_found' });
  });

  test('embeddings, of a model that has none', async () => {
    const failed = ingle.embeddings.create({ model: await load(), input: 'Hello.' });
    await expect(failed).rejects.toMatchObject({ code: 'unsupported_model', status: 400 });
  });

  test('requests beyond the queue are refused', async () => {
    const small = await Ingle.start({ worker: scripted(), queueLimit: 0 });
    const failed = small.completions.create({ model: 'model.gguf', prompt: 'Hello.' });
    await expect(failed).rejects.toMatchObject({ code: 'rate_limit_exceeded', status: 429 });
    small.dispose();
  });
});

describe('generation stops within a token', () => {
  /** Reads three pieces, then does `stop`; resolves when the engine has stopped. */
  async function readThree(chunks: ChatStream, stop: () => unknown): Promise<void> {
    let pieces = 0;
    for await (const chunk of chunks) {
      if (!chunk.choices[0]?.delta.content || ++pieces < 3) continue;
      if (stop() === 'break') break;
    }
    await expect.poll(() => count('stopped')).toBe(1);
    // The three that were read, one that the body holds ready, and the one under way.
    expect(count('token')).toBeLessThanOrEqual(5);
  }

  test('when the loop is left', async () => {
    await readThree(await stream(await load({ tokenMs: 20 })), () => 'break');
  });

  test('when the stream is aborted', async () => {
    const chunks = await stream(await load({ tokenMs: 20 }));
    await readThree(chunks, () => chunks.controller.abort());
  });

  test("when the request's signal aborts", async () => {
    const controller = new AbortController();
    const chunks = await stream(await load({ tokenMs: 20 }), controller.signal);
    await readThree(chunks, () => controller.abort());
  });

  test('when a whole answer is waited for and its signal aborts', async () => {
    const model = await load({ tokenMs: 20 });
    const controller = new AbortController();
    const answer = ingle.chat.completions.create({ model, messages: [USER] }, { signal: controller.signal });
    await expect.poll(() => count('token')).toBeGreaterThan(0);
    controller.abort();
    const before = count('token');
    await expect(answer).rejects.toSatisfy(isAbort);
    await expect.poll(() => count('stopped')).toBe(1);
    expect(count('token')).toBeLessThanOrEqual(before + 2);
  });
});

test('a stream that nobody reads on does not hold the engine', async () => {
  const model = await load();
  const iterator = (await stream(model))[Symbol.asyncIterator]();
  await iterator.next();
  await ingle.models.unload(model);
  await expect.poll(() => count('disposed')).toBe(1);
  let pieces = 0;
  while (!(await iterator.next()).done) pieces++;
  expect(pieces).toBeGreaterThanOrEqual(WORDS.length);
});

describe('fetch', () => {
  test('answers /v1 of any host, and passes the rest on', async () => {
    const id = await load();
    const answer = await (await ingle.fetch('https://api.openai.com/v1/models')).json();
    expect(answer.data[0]).toMatchObject({ id, object: 'model', loaded: true });
    const file = await ingle.fetch('/test/fixtures/story.json');
    expect(await file.json()).toHaveProperty('answer');
  });

  test('is all that the OpenAI client needs', async () => {
    const model = await load({ answer: ['Hello', ' there'] });
    const openai = new OpenAI({ apiKey: 'local', dangerouslyAllowBrowser: true, fetch: ingle.fetch, maxRetries: 0 });
    const whole = await openai.chat.completions.create({ model, messages: [USER] });
    expect(whole.choices[0]?.message.content).toBe('Hello there');
    const chunks = await openai.chat.completions.create({ model, messages: [USER], stream: true });
    let text = '';
    for await (const chunk of chunks) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe('Hello there');
    const unknown = openai.chat.completions.create({ model: 'no such model', messages: [USER] });
    await expect(unknown).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });
});

describe('models', () => {
  test('load with progress, and are listed', async () => {
    const fractions: number[] = [];
    const file = scriptFile('model.gguf', { answer: ['x'] });
    await ingle.models.load(file, { onProgress: ({ fraction }) => fractions.push(fraction) });
    expect(fractions.at(-1)).toBe(1);
    expect((await ingle.models.list())[0]).toMatchObject({ id: 'model.gguf', loaded: true, stored: true });
    await ingle.models.unload('model.gguf');
    expect((await ingle.models.list())[0]).toMatchObject({ id: 'model.gguf', loaded: false, stored: true });
  });

  test('are kept for good, if the browser agrees, when they are large', async () => {
    const persist = vi.spyOn(navigator.storage, 'persist'); // the real one is called, and tells nobody
    await load();
    expect(persist).not.toHaveBeenCalled();
    const script = JSON.stringify({ answer: WORDS });
    await ingle.models.load(new File([script, ' '.repeat(100e6)], 'large.gguf'));
    await expect.poll(() => persist.mock.calls.length).toBe(1);
  });

  test('stop loading when the signal aborts, with its reason', async () => {
    const file = scriptFile('model.gguf', { answer: ['x'], uploadMs: 100 });
    const reason = new Error('changed my mind');
    const controller = new AbortController();
    const onProgress = () => controller.abort(reason);
    await expect(ingle.models.load(file, { signal: controller.signal, onProgress })).rejects.toBe(reason);
    expect((await ingle.models.list()).filter(({ loaded }) => loaded)).toEqual([]);
  });

  test('tell why they do not load', async () => {
    const error = await ingle.models.load(new File(['not a model'], 'bad.gguf')).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(IngleError);
    expect(error).toMatchObject({ name: 'ModelError', code: 'invalid_gguf', status: 422 });
  });
});

describe('start and dispose', () => {
  test('a worker that cannot be loaded is an error', async () => {
    const worker = new Worker('/no/such/worker.js', { type: 'module' });
    await expect(Ingle.start({ worker })).rejects.toMatchObject({ code: 'engine_unavailable' });
  });

  test('what is under way ends with an error', async () => {
    const other = await Ingle.start({ worker: scripted() });
    await other.models.load(scriptFile('model.gguf', { answer: WORDS, tokenMs: 20 }));
    const answer = other.chat.completions.create({ model: 'model.gguf', messages: [USER] });
    other.dispose();
    await expect(answer).rejects.toMatchObject({ code: 'engine_unavailable' });
    await expect(other.models.list()).rejects.toMatchObject({ code: 'engine_unavailable' });
  });
});
