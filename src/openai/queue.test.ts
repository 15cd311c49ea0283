import { describe, expect, test } from 'vitest';
import { type Script, ScriptedEngine, scriptedProvider } from '../../test/fixtures/scripted-engine.ts';
import type { EngineProvider } from '../engine/engine.ts';
import { createHandler, type HandlerOptions } from './handler.ts';

function start(script: Script, options: HandlerOptions = {}, more: Partial<EngineProvider> = {}) {
  const engine = new ScriptedEngine(script);
  const handler = createHandler({ ...scriptedProvider(engine), ...more }, options);
  const post = (body: object) => {
    const text = JSON.stringify({ messages: [{ role: 'user', content: 'Hi' }], ...body });
    return handler(new Request('https://app.example/v1/chat/completions', { method: 'POST', body: text }));
  };
  return { engine, post };
}

const sleep = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));
const endless = Array.from({ length: 200 }, () => ' la');

describe('a full queue', () => {
  const full = () => start({ answer: endless, beforeToken: () => sleep(20) }, { queueLimit: 2 });

  test('answers 429 and says when to try again', async () => {
    const { post } = full();
    await Promise.all([post({ stream: true }), post({ stream: true })]);
    const refused = await post({});
    expect(refused.status).toBe(429);
    expect(refused.headers.get('Retry-After')).toBe('1');
    expect(await refused.json()).toMatchObject({
      error: { type: 'rate_limit_error', code: 'rate_limit_exceeded', message: expect.stringContaining('2 requests') },
    });
  });

  test.each<[string, (response: Response) => Promise<unknown>]>([
    ['was read', async response => response.text()],
    ['was cancelled', async response => response.body?.cancel()],
  ])('has room again once an answer %s', async (_, finish) => {
    const { post } = full();
    const [first] = await Promise.all([post({ stream: true, max_tokens: 5 }), post({ stream: true })]);
    if (!first) throw new TypeError('no answer came');
    await finish(first);
    await expect.poll(async () => (await post({ max_tokens: 1 })).status).toBe(200);
  });

  test('is not filled by requests that failed', async () => {
    const { post } = full();
    for (const body of [{ model: 'nowhere' }, { logit_bias: { 9999: 1 } }, { n: 0 }]) {
      for (let time = 0; time < 3; time++) expect((await post(body)).status).toBeGreaterThanOrEqual(400);
    }
    expect((await post({ max_tokens: 1 })).status).toBe(200);
  });
});

describe('a request whose time is up', () => {
  const slow: Script = { answer: endless, beforeToken: index => (index < 2 ? undefined : sleep(20)) };

  test('is answered 408, whichever part of the answer was there, and is not asked for again', async () => {
    const { engine, post } = start(slow);
    const response = await post({ timeout: 0.1 });
    expect(response.status).toBe(408);
    expect(response.headers.get('X-Should-Retry')).toBe('false');
    expect(await response.json()).toMatchObject({
      error: { code: 'timeout', param: 'timeout', message: expect.stringContaining('0.1 seconds') },
    });
    expect(engine.running).toBe(0);
    expect(engine.tokensPlayed).toBeGreaterThanOrEqual(2);
  });

  test('as a stream has what was generated, then the error, without [DONE]', async () => {
    const { engine, post } = start(slow);
    const response = await post({ timeout: 0.1, stream: true });
    expect(response.status).toBe(200);
    const events = (await response.text()).trimEnd().split('\n\n');
    expect(events.filter(event => event.includes('"content":" la"')).length).toBeGreaterThanOrEqual(2);
    expect(events.at(-1)).toContain('"code":"timeout"');
    expect(events.join('')).not.toContain('[DONE]');
    expect(engine.running).toBe(0);
  });

  test('frees the engine and its place although nobody reads its stream', async () => {
    const { engine, post } = start(slow, { queueLimit: 1 });
    const response = await post({ timeout: 0.05, stream: true });
    expect((await post({})).status).toBe(429);
    await expect.poll(() => engine.running).toBe(0);
    expect((await post({ max_tokens: 1 })).status).toBe(200);
    expect(await response.text()).toContain('"code":"timeout"');
  });

  test('stops waiting for a model that loads', async () => {
    const open: EngineProvider['open'] = (_, signal) => {
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    expect((await start({}, {}, { open }).post({ timeout: 0.01 })).status).toBe(408);
  });

  test('that is not up changes nothing', async () => {
    const response = await start({}).post({ timeout: 60 });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'Hello there.' } }] });
  });

  test.each([0, -1, 'soon', 1e9])('timeout %j is refused', async timeout => {
    const response = await start({}).post({ timeout });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: 'timeout' } });
  });
});
