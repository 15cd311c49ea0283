import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { UpstreamProcess } from '../fixtures/upstream-process.ts';
import { dumpStored, fetchInPage, openBrowserWithoutWebGpu } from './browser.ts';

const KEY = 'sk-of-my-server';

let browser: Browser;
let page: Page;
let server: UpstreamProcess;
let complaints: string[];

beforeAll(async () => {
  browser = await openBrowserWithoutWebGpu();
});
afterAll(() => browser.close());

beforeEach(async () => {
  server = await UpstreamProcess.start();
  page = await browser.newPage();
  complaints = [];
  page.on('pageerror', error => complaints.push(String(error)));
  await page.goto(`${inject('site')}#models`);
});
afterEach(async () => {
  await page.context().close();
  await server.kill();
});

async function connect(model: string): Promise<void> {
  await page.getByText('Use a server of your own').click();
  await connectTo(server.baseURL, model);
  await page.getByLabel('Message').waitFor();
}

async function connectTo(address: string, model: string): Promise<void> {
  await page.getByLabel('Address of the server').fill(address);
  await page.getByLabel('Model of the server').fill(model);
  await page.getByLabel('Key of the server').fill(KEY);
  await page.getByRole('button', { name: 'Connect' }).click();
}

async function say(text: string): Promise<void> {
  await page.getByLabel('Message').fill(text);
  await page.keyboard.press('Enter');
}

const lastAnswer = () => page.locator('.assistant').last();

test("answers of the visitor's server are marked as such, and its key lies nowhere", async () => {
  await connect('good');
  await say('Hello');
  await lastAnswer().locator('.figures').waitFor();
  expect(await lastAnswer().locator('.prose').textContent()).toMatch('Hello you');
  expect(await lastAnswer().locator('.away').textContent()).toBe('Answered by server:good, not on this device');
  expect(await page.getByRole('button', { name: 'server:good' }).first().getAttribute('title')).toBe(
    'Not on this device',
  );
  const [asked] = await server.log();
  expect(asked).toMatchObject({ headers: { authorization: `Bearer ${KEY}` }, body: { model: 'good', stream: true } });
  expect(asked?.headers).not.toHaveProperty('referer');
  expect(await dumpStored(page)).not.toContain(KEY);
  expect(complaints).toEqual([]);
});

test('/v1 reaches the server through the service worker, and an abort does too', async () => {
  await connect('slow-50');
  const messages = [{ role: 'user', content: 'Hi' }];
  const answer = await fetchInPage(page, '/v1/chat/completions', { model: 'server:good', messages });
  expect(answer).toMatchObject({ status: 200, body: { model: 'server:good' } });
  await say('Count');
  await lastAnswer().locator('.away').waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(async () => (await server.log()).at(-1)?.aborted).toBe(true);
});

test('what is thought is shown, folded, and is part of what the rate is of', async () => {
  await connect('thinks-1000');
  await say('Hello');
  await lastAnswer().getByText('Thoughts').click();
  expect(await lastAnswer().locator('.thoughts p').textContent()).toBe('Hm, well.');
  await lastAnswer().locator('.figures').waitFor();
  expect(await lastAnswer().locator('.prose').textContent()).toMatch('Yes.');
  const figures = await lastAnswer().locator('.figures').textContent();
  const [, rate] = /^4 tokens · ([\d.]+) tokens\/s/.exec(figures ?? '') ?? [];
  expect(Number(rate)).toBeLessThan(4); // three tokens in a second and more
});

test.for([
  { why: 'has no GPU, and may not use its processor', model: './models/ember-q8_0.gguf', cpu: false },
  { why: 'cannot reach the hub for a model', model: 'smollm2-135m-instruct', cpu: true },
])('a server that is to answers where this device $why', async ({ model, cpu }) => {
  await page.context().route('https://huggingface.co/**', route => route.abort());
  await page.addScriptTag({ url: 'ingle.js', type: 'module' });
  await page.waitForFunction(() => window.Ingle !== undefined);
  const ask = (fallback: 'on-unavailable' | 'never') =>
    page.evaluate(
      async ([baseURL, model, cpu, fallback]) => {
        const ingle = await window.Ingle.start({
          cpu,
          upstreams: [{ name: 'cloud', baseURL, models: ['good'], fallback }],
        });
        const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] });
        const response = await ingle.fetch('/v1/chat/completions', { method: 'POST', body });
        ingle.dispose();
        return [response.status, response.headers.get('X-Ingle-Engine')];
      },
      [server.baseURL, model, cpu, fallback] as const,
    );
  expect(await ask('on-unavailable')).toEqual([200, 'upstream:cloud']);
  expect(await ask('never')).toEqual([cpu ? 502 : 503, null]);
  expect(await server.log()).toHaveLength(1);
});

test('a server that dies in the middle is told of', async () => {
  await connect('dies');
  await say('Hello');
  await lastAnswer().getByText('upstream_failed').waitFor();
  await say('Again');
  await lastAnswer().getByText('upstream_unavailable').waitFor();
});

test('an address that is none is refused, leaves nothing behind, and may be corrected', async () => {
  await page.getByText('Use a server of your own').click();
  await connectTo('localhost:8080/v1', 'good'); // a URL, of the scheme "localhost"
  await page.getByText('invalid_upstream').waitFor();
  await expect.poll(() => page.workers().length).toBe(1);
  await connectTo(server.baseURL, 'good');
  await page.getByLabel('Message').waitFor();
  await say('Hello');
  await lastAnswer().locator('.figures').waitFor();
  expect(complaints).toEqual([]);
});
