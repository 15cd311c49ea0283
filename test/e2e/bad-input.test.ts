import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Answer, countStored, fetchInPage, openBrowser } from './browser.ts';
import { ModelServer } from './model-server.ts';

const GOLDEN_BAD = resolve(import.meta.dirname, '../../../shared/golden/bad-gguf');
const badFiles = existsSync(GOLDEN_BAD)
  ? readdirSync(GOLDEN_BAD).filter(name => name.endsWith('.gguf') && name !== 'ok-base.gguf')
  : [];

let browser: Browser;
let page: Page;
let server: ModelServer;

/** A good model, that stays loaded through all of this. */
let model: string;

beforeAll(async () => {
  browser = await openBrowser();
  const bad = badFiles.map(name => [name, readFileSync(join(GOLDEN_BAD, name))]);
  server = await ModelServer.start({
    ...Object.fromEntries(bad),
    'page.gguf': new TextEncoder().encode('<!doctype html><title>Not a model</title>'.repeat(20)),
    'empty.gguf': new Uint8Array(),
  });
  model = `${server.origin}/${server.chatModel}`;
  page = await browser.newPage();
  await page.goto(`${inject('site')}#models`);
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** Whatever was refused, the next request works, and nothing but the good model is stored: its manifest, its chunk. */
afterEach(async () => {
  expect((await ask(model)).status).toBe(200);
  expect(await countStored(page)).toBe(2);
});

function ask(model: unknown, rest: object = {}): Promise<Answer> {
  const messages = [{ role: 'user', content: 'Once upon a time' }];
  return fetchInPage(page, '/v1/chat/completions', { model, messages, max_tokens: 2, ...rest });
}

function expectRefusal({ status, body }: Answer, expected: number, code: string): void {
  expect({ status, ...body.error }).toMatchObject({ status: expected, code, param: 'model' });
  expect(body.error.message.length).toBeGreaterThan(20);
}

describe('a model that cannot be had', () => {
  test('the server has no such file', async () => {
    expectRefusal(await ask(`${server.origin}/absent.gguf`), 404, 'model_not_found');
  });

  test('the server cannot be reached', async () => {
    expectRefusal(await ask('http://127.0.0.1:9/model.gguf'), 502, 'model_download_failed');
  });

  test('the server ignores ranges', async () => {
    const url = `${server.origin}/no-ranges/${server.chatModel}`;
    expectRefusal(await ask(url), 502, 'ranges_unsupported');
  });

  test('the connection breaks before the end, every time', async () => {
    const url = `${server.origin}/cut-off/${server.chatModel}`;
    expectRefusal(await ask(url), 502, 'model_download_failed');
    expect(server.requests.filter(path => path.startsWith('/cut-off')).length).toBeGreaterThan(2);
  });

  test('no model has that name', async () => {
    expectRefusal(await ask('no-such-model'), 404, 'model_not_found');
  });
});

describe('a file that is no model', () => {
  test('it is cut short', async () => {
    expectRefusal(await ask(`${server.origin}/truncated/${server.chatModel}`), 422, 'invalid_gguf');
  });

  test('it is another kind of file', async () => {
    expectRefusal(await ask(`${server.origin}/page.gguf`), 422, 'invalid_gguf');
  });

  test('it is empty', async () => {
    expectRefusal(await ask(`${server.origin}/empty.gguf`), 422, 'invalid_gguf');
  });

  test('its header is wrong in one of many ways', async context => {
    if (badFiles.length === 0) context.skip('there is no ../shared/golden/bad-gguf');
    for (const name of badFiles) {
      const answer = await ask(`${server.origin}/${name}`);
      const code = name.startsWith('type-') ? 'unsupported_tensor_type' : 'invalid_gguf';
      expect({ name, ...answer }).toMatchObject({ name, status: 422, body: { error: { code } } });
    }
  });
});

describe('a request that is wrong', () => {
  test('a parameter of the wrong type', async () => {
    const answer = await ask(model, { temperature: 'hot' });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { type: 'invalid_request_error', param: 'temperature' } },
    });
  });

  test('messages that are missing, or a body that is no JSON', async () => {
    const missing = await fetchInPage(page, '/v1/chat/completions', { model });
    expect(missing).toMatchObject({ status: 400, body: { error: { param: 'messages' } } });
    const broken = await page.evaluate(async () => {
      const response = await fetch('/v1/chat/completions', { method: 'POST', body: '{"model":' });
      return { status: response.status, body: await response.json() };
    });
    expect(broken).toMatchObject({ status: 400, body: { error: { type: 'invalid_request_error' } } });
  });

  test('a prompt longer than the context', async () => {
    const messages = [{ role: 'user', content: 'word '.repeat(5000) }];
    const answer = await ask(model, { messages });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'context_length_exceeded' } } });
  });

  test('an endpoint that does not exist', async () => {
    expect(await fetchInPage(page, '/v1/nothing')).toMatchObject({ status: 404, body: { error: {} } });
  });
});
