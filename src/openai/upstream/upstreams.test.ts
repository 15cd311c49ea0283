import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Script, ScriptedEngine, scriptedProvider } from '../../../test/fixtures/scripted-engine.ts';
import { type Asked, UpstreamProcess } from '../../../test/fixtures/upstream-process.ts';
import type { EngineProvider } from '../../engine/engine.ts';
import { EnvironmentError, type EnvironmentErrorCode, ModelError } from '../../errors.ts';
import { createHandler } from '../handler.ts';
import type { UpstreamPatience } from './upstream.ts';
import type { UpstreamOptions } from './upstream-options.ts';
import { Upstreams } from './upstreams.ts';

const KEY = 'sk-of-the-upstream';
const IMPATIENT: Partial<UpstreamPatience> = {
  firstDelayMs: 20,
  longestDelayMs: 2_000,
  restMs: 300,
  silenceMs: 10_000,
};

let server: UpstreamProcess;
beforeAll(async () => {
  server = await UpstreamProcess.start();
});
beforeEach(async () => {
  if (server.ended) server = await UpstreamProcess.start();
  else await server.forget();
});
afterAll(() => server.kill());

interface Setting {
  readonly options?: Partial<UpstreamOptions>;
  readonly patience?: Partial<UpstreamPatience>;
  readonly provider?: EngineProvider;
  readonly apiKey?: string;
}

/** A handler with the server as its upstream `cloud`, and what posts to it. */
function start({ options, patience, provider = scriptedProvider(new ScriptedEngine()), apiKey }: Setting = {}) {
  const upstream = { name: 'cloud', baseURL: server.baseURL, apiKey: KEY, ...options };
  const upstreams = new Upstreams([upstream], undefined, { ...IMPATIENT, ...patience });
  const handler = createHandler(provider, { upstreams, ...(apiKey !== undefined && { apiKey }) });
  const post = (body: object, init: RequestInit = {}, path = '/v1/chat/completions') => {
    const text = JSON.stringify({ messages: [{ role: 'user', content: 'Hi' }], ...body });
    return handler(new Request(`https://app.example${path}`, { method: 'POST', body: text, ...init }));
  };
  return { handler, post };
}

/** Asks until it is so: what the server knows comes after what we know. */
async function untilAsked(isSo: (log: Asked[]) => boolean): Promise<Asked[]> {
  for (let tries = 0; tries < 100; tries++) {
    const log = await server.log();
    if (isSo(log)) return log;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return server.log();
}

/** Each event's data, as text. */
async function dataOf(response: Response): Promise<string[]> {
  return [...(await response.text()).matchAll(/^data: (.*)$/gm)].map(([, data = '']) => data);
}

function failing(error: Error): EngineProvider {
  const provider = scriptedProvider(new ScriptedEngine());
  return {
    ...provider,
    open: async () => {
      throw error;
    },
  };
}

describe('a request for name:model', () => {
  test('is answered by the upstream, which is named', async () => {
    const response = await start().post({ model: 'cloud:good', top_k: 5 });
    expect(response.status).toBe(200);
    expect(response.headers.get('X-Ingle-Engine')).toBe('upstream:cloud');
    expect(await response.json()).toMatchObject({
      model: 'cloud:good',
      system_fingerprint: 'ingle-upstream-cloud-fp_up',
      choices: [{ message: { content: 'Hello you' } }],
    });
    const [asked] = await server.log();
    expect(asked?.body).toEqual({ model: 'good', top_k: 5, messages: [{ role: 'user', content: 'Hi' }] });
  });

  test('is sent with the key of the upstream, and nothing of the one that it came with', async () => {
    const { post } = start({ options: { headers: { 'X-Team': 'blue' } }, apiKey: 'of-ingle' });
    expect((await post({ model: 'cloud:good' })).status).toBe(401);
    const headers = { Authorization: 'Bearer of-ingle', Cookie: 'a=b', 'X-Other': 'private' };
    expect((await post({ model: 'cloud:good' }, { headers })).status).toBe(200);
    const log = await server.log();
    expect(log).toHaveLength(1);
    expect(log[0]?.headers).toMatchObject({ authorization: `Bearer ${KEY}`, 'x-team': 'blue' });
    expect(JSON.stringify(log)).not.toMatch(/of-ingle|private|a=b/);
  });

  test('streams, each piece when it is there', async () => {
    const response = await start().post({ model: 'cloud:slow-500', stream: true });
    expect(response.headers.get('Content-Type')).toMatch('text/event-stream');
    const reader = response.body?.getReader();
    const first = new TextDecoder().decode((await reader?.read())?.value);
    expect(first).toMatch(/"content":"Hello"/);
    expect(JSON.parse(first.slice('data: '.length))).toMatchObject({ model: 'cloud:slow-500', id: 'chatcmpl-up' });
    const [asked] = await server.log();
    expect(Date.now() - (asked?.at ?? 0)).toBeLessThan(400); // before the second piece was written
    await reader?.cancel();
  });

  test('streams to its end', async () => {
    const data = await dataOf(await start().post({ model: 'cloud:good', stream: true }));
    expect(data.map(text => (text === '[DONE]' ? text : JSON.parse(text).choices[0].delta.content))).toEqual([
      'Hello',
      ' you',
      '[DONE]',
    ]);
  });

  test('goes to the other endpoints as well', async () => {
    const { post } = start();
    const embedded = await post({ model: 'cloud:e', input: 'x' }, {}, '/v1/embeddings');
    expect(await embedded.json()).toMatchObject({ model: 'cloud:e', data: [{ embedding: [1, 0] }] });
    const told = await dataOf(await post({ model: 'cloud:r', input: 'x', stream: true }, {}, '/v1/responses'));
    expect(told.map(text => JSON.parse(text).response)).toMatchObject([
      { model: 'cloud:r', status: 'in_progress' },
      { model: 'cloud:r', status: 'completed' },
    ]);
    expect((await server.log()).map(({ path }) => path)).toEqual(['/v1/embeddings', '/v1/responses']);
  });

  test('is found in the list', async () => {
    const { handler } = start({ options: { models: ['good', 'org/big'] } });
    const list = await (await handler(new Request('https://app.example/v1/models'))).json();
    expect(list.data.map(({ id }: { id: string }) => id)).toEqual(['scripted', 'cloud:good', 'cloud:org/big']);
    const one = await handler(new Request('https://app.example/v1/models/cloud:org%2Fbig'));
    expect(await one.json()).toMatchObject({ id: 'cloud:org/big', owned_by: 'cloud' });
  });
});

describe('an abort reaches the upstream', () => {
  const isAborted = (log: Asked[]) => log[0]?.aborted === true;

  test('of a stream that is under way', async () => {
    const controller = new AbortController();
    const response = await start().post({ model: 'cloud:slow-20', stream: true }, { signal: controller.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    controller.abort();
    expect(isAborted(await untilAsked(isAborted))).toBe(true);
  });

  test('of a body that nobody reads any more', async () => {
    const response = await start().post({ model: 'cloud:slow-20', stream: true });
    await response.body?.cancel();
    expect(isAborted(await untilAsked(isAborted))).toBe(true);
  });

  test('of an answer that has not begun', async () => {
    const controller = new AbortController();
    const answer = start().post({ model: 'cloud:silent' }, { signal: controller.signal });
    await untilAsked(log => log.length > 0);
    controller.abort();
    await expect(answer).rejects.toThrow(/abort/i);
    expect(isAborted(await untilAsked(isAborted))).toBe(true);
  });

  test('when the time that the request has is up', async () => {
    const response = await start().post({ model: 'cloud:silent', timeout: 0.1 });
    expect(response.status).toBe(408);
    const log = await untilAsked(isAborted);
    expect(isAborted(log)).toBe(true);
    expect(log[0]?.body).not.toHaveProperty('timeout');
  });
});

describe('errors', () => {
  test.each([400, 401, 404, 413, 422])('%i keeps its status, and is not asked for again', async status => {
    const response = await start().post({ model: `cloud:status-${status}` });
    expect(response.status).toBe(status);
    expect(response.headers.get('X-Ingle-Engine')).toBe('upstream:cloud');
    expect(await response.json()).toEqual({
      error: { message: `cloud: this is ${status}`, code: 'said_so', param: 'messages', type: 'invalid_request_error' },
    });
    expect(await server.log()).toHaveLength(1);
  });

  test('5xx is tried again, with back-off, then keeps its status; the client need not try', async () => {
    const response = await start().post({ model: 'cloud:status-503' });
    expect(response.status).toBe(503);
    expect(response.headers.get('X-Should-Retry')).toBe('false');
    const [first, second, third, ...more] = (await server.log()).map(({ at }) => at);
    expect(more).toEqual([]);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(19);
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(39);
  });

  test('a gateway without JSON', async () => {
    const response = await start({ patience: { retries: 0 } }).post({ model: 'cloud:gateway', stream: true });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({
      error: { code: 'upstream_failed', message: 'cloud: the answer was 502 Bad Gateway' },
    });
  });

  test.each([true, false])('a content type that is not what was asked for, stream: %s', async stream => {
    const response = await start().post({ model: 'cloud:html', stream });
    expect(response.status).toBe(502);
    const expected = stream ? 'text/event-stream' : 'application/json';
    expect((await response.json()).error).toMatchObject({
      code: 'upstream_failed',
      message: `cloud answered with text/html where ${expected} was asked for.`,
    });
  });

  test('a redirect is not followed: the prompt would go to who knows whom', async () => {
    const response = await start({ patience: { retries: 0 } }).post({ model: 'cloud:redirects' });
    expect(response.status).toBe(503);
    expect((await server.log()).map(({ path }) => path)).toEqual(['/v1/chat/completions']);
  });

  test('a server that says nothing', async () => {
    const response = await start({ patience: { silenceMs: 100 } }).post({ model: 'cloud:silent', stream: true });
    expect(response.status).toBe(504);
    expect((await response.json()).error.code).toBe('upstream_timeout');
  });

  test('a server that is not there', async () => {
    await server.kill();
    const response = await start().post({ model: 'cloud:good' });
    expect(response.status).toBe(503);
    const { error } = await response.json();
    expect(error.code).toBe('upstream_unavailable');
    expect(error.message).toMatch(/^cloud \(http:\/\/127\.0\.0\.1:\d+\) could not be asked/);
    expect(error.message).not.toContain(KEY);
  });
});

describe('a stream that goes wrong in the middle ends with an event that says so, and is not begun again', () => {
  test.each([
    ['nonsense', 'upstream_failed', /no JSON object/],
    ['cut-off', 'upstream_failed', /broke off/],
    ['unfinished', 'upstream_failed', /broke off before the end/],
    ['fails-late', 'overloaded', /cloud: out of KV blocks/],
  ])('%s', async (model, code, message) => {
    const [first = '', last = '', ...more] = await dataOf(
      await start().post({ model: `cloud:${model}`, stream: true }),
    );
    expect(JSON.parse(first).choices[0].delta.content).toBe('Hello');
    expect(JSON.parse(last).error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(more).toEqual([]);
    expect(await server.log()).toHaveLength(1);
  });

  test('its process is killed', async () => {
    const [, last = ''] = await dataOf(await start().post({ model: 'cloud:dies', stream: true }));
    expect(JSON.parse(last).error.code).toBe('upstream_failed');
    await server.kill(); // it has ended itself; this waits until we know
  });
});

describe('Retry-After', () => {
  test('is waited for, and then there is an answer', async () => {
    const response = await start().post({ model: 'cloud:busy-1', retryAfter: '1' });
    expect(response.status).toBe(200);
    const [first, second] = (await server.log()).map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(950);
  });

  test('that is longer than anybody waits is handed on at once', async () => {
    const response = await start().post({ model: 'cloud:busy-9', retryAfter: '60' });
    expect(response.status).toBe(429);
    expect(response.headers.get('Retry-After')).toBe('60');
    expect((await response.json()).error).toMatchObject({ code: 'rate_limited', message: 'cloud: slow down' });
    expect(await server.log()).toHaveLength(1);
  });

  test('is not waited for by who has given up', async () => {
    const controller = new AbortController();
    const answer = start().post({ model: 'cloud:busy-9', retryAfter: '2' }, { signal: controller.signal });
    await untilAsked(log => log.length > 0);
    controller.abort();
    await expect(answer).rejects.toThrow(/abort/i);
  });
});

test('a server that fails again and again is left alone, then tried with one request', async () => {
  const { post } = start({ patience: { retries: 0 } });
  for (let count = 0; count < 5; count++) expect((await post({ model: 'cloud:status-500' })).status).toBe(500);
  const left = await post({ model: 'cloud:good' });
  expect(left.status).toBe(503);
  expect(left.headers.get('Retry-After')).toBe('1');
  expect((await left.json()).error.message).toMatch(/left alone for 1 s/);
  expect(await server.log()).toHaveLength(5);
  await new Promise(resolve => setTimeout(resolve, 320));
  const [trial, meanwhile] = await Promise.all([post({ model: 'cloud:good' }), post({ model: 'cloud:good' })]);
  expect([trial.status, meanwhile.status]).toEqual([200, 503]);
  expect((await post({ model: 'cloud:good' })).status).toBe(200);
});

describe('as a fallback', () => {
  const tooLarge = failing(new ModelError('It does not fit.', 'model_too_large'));
  const noGpu = failing(new EnvironmentError('No WebGPU.', 'webgpu_unavailable'));
  const models = ['good', 'scripted'];

  const noModel = new ModelError('It does not come.', 'model_download_failed');
  const onProcessor = new ModelError('The processor has no room.', 'model_too_large');
  const environment = (code: EnvironmentErrorCode, cause?: unknown) => new EnvironmentError(code, code, { cause });
  test.each([
    { error: environment('webgpu_unavailable'), rules: ['on-unavailable'] },
    { error: environment('gpu_unreliable'), rules: ['on-unavailable'] },
    { error: environment('device_lost'), rules: ['on-unavailable'] },
    { error: environment('engine_unavailable'), rules: ['on-unavailable'] },
    { error: environment('storage_unavailable'), rules: ['on-unavailable'] },
    { error: noModel, rules: ['on-unavailable'] },
    { error: environment('out_of_memory'), rules: ['on-unavailable', 'on-too-large'] },
    { error: environment('webgpu_unavailable', onProcessor), rules: ['on-unavailable', 'on-too-large'] },
    { error: environment('quota_exceeded'), rules: ['on-too-large'] },
    { error: new ModelError('It does not fit.', 'model_too_large'), rules: ['on-too-large'] },
    { error: new ModelError('There is none.', 'model_not_found'), rules: [] },
    { error: new ModelError('It is no file.', 'invalid_gguf'), rules: [] },
  ])('answers for $error.code on $rules', async ({ error, rules }) => {
    for (const fallback of ['on-unavailable', 'on-too-large'] as const) {
      const response = await start({ options: { models, fallback }, provider: failing(error) }).post({});
      const by = response.headers.get('X-Ingle-Engine');
      expect({ fallback, by }).toEqual({ fallback, by: rules.includes(fallback) ? 'upstream:cloud' : null });
    }
    expect(await server.log()).toHaveLength(rules.length);
  });

  test.each([
    { rule: 'on-too-large', provider: tooLarge },
    { rule: 'on-unavailable', provider: noGpu },
    { rule: ['on-unavailable', 'on-too-large'], provider: tooLarge },
  ] as const)('$rule answers with the model of the same name, else the first', async ({ rule, provider }) => {
    const { post } = start({ options: { models, fallback: rule }, provider });
    const same = await post({ model: 'scripted' });
    expect(same.headers.get('X-Ingle-Engine')).toBe('upstream:cloud');
    expect((await same.json()).model).toBe('cloud:scripted');
    expect((await (await post({ model: 'other' })).json()).model).toBe('cloud:good');
    expect((await (await post({})).json()).model).toBe('cloud:good');
  });

  test.each([
    { name: 'another failure', rule: 'on-too-large', provider: noGpu, status: 503 },
    { name: 'a failure, where none is declared', rule: undefined, provider: tooLarge, status: 507 },
    { name: 'a failure, where it never is to', rule: 'never', provider: tooLarge, status: 507 },
    { name: 'an unknown model', rule: 'on-too-large', provider: undefined, status: 404 },
  ] as const)('does not answer for $name, and nothing is sent', async ({ rule, provider, status }) => {
    const { post } = start({ options: { models, fallback: rule }, ...(provider && { provider }) });
    const response = await post({ model: 'nowhere' });
    expect(response.status).toBe(status);
    expect(response.headers.has('X-Ingle-Engine')).toBe(false);
    expect(await server.log()).toEqual([]);
  });

  test('does not answer what this device can, which says so', async () => {
    const { post } = start({ options: { models, fallback: ['on-unavailable', 'on-too-large'] } });
    for (const stream of [true, false]) {
      const response = await post({ model: 'scripted', stream });
      expect(response.headers.get('X-Ingle-Engine')).toBe('scripted');
      await response.text();
    }
    expect(await server.log()).toEqual([]);
  });

  test('takes a prompt that is too long, but not an answer that has begun', async () => {
    const begun: Script = {
      beforeToken: index => {
        if (index === 1) throw new EnvironmentError('The device was lost.', 'device_lost');
      },
    };
    const provider = scriptedProvider(new ScriptedEngine(begun));
    const { post } = start({ options: { models, fallback: ['on-unavailable', 'on-too-large'] }, provider });
    const long = { messages: [{ role: 'user', content: 'word '.repeat(300) }], stream: true };
    expect((await post(long)).headers.get('X-Ingle-Engine')).toBe('upstream:cloud');
    const data = await dataOf(await post({ stream: true }));
    expect(JSON.parse(data.at(-1) ?? '').error.code).toBe('device_lost');
    expect(await server.log()).toHaveLength(1);
  });
});
