import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { countStored, fetchInPage, openBrowser } from './browser.ts';
import { ModelServer } from './model-server.ts';

let browser: Browser;
let page: Page;
let server: ModelServer;
/** A model's name at `/v1`: its address. */
let model: string;
/** What the page reported as errors; a broken Content-Security-Policy is one of them. */
let complaints: string[];

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

beforeEach(async () => {
  server = await ModelServer.start();
  model = `${server.origin}/${server.chatModel}`;
  page = await browser.newPage();
  complaints = [];
  page.on('console', message => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', error => complaints.push(String(error)));
  await page.goto(`${inject('site')}#models`);
});
afterEach(async () => {
  await page.context().close();
  await server.stop();
});

const ask = (text: string) => ({ model, messages: [{ role: 'user', content: text }], max_tokens: 8, temperature: 0 });

async function loadByAddress(): Promise<void> {
  await page.getByLabel('Address of a GGUF file').fill(model);
  await page.getByRole('button', { name: 'Load', exact: true }).click();
  await page.getByLabel('Message').waitFor();
}

async function say(text: string): Promise<void> {
  await page.getByLabel('Message').fill(text);
  await page.keyboard.press('Enter');
}

const lastAnswer = () => page.locator('.assistant').last();

/** Lets the answer grow for a bit and stops it. */
async function hearAndStop(): Promise<void> {
  await expect.poll(async () => (await lastAnswer().locator('.prose').textContent())?.length).toBeGreaterThan(10);
  await page.keyboard.press('Escape');
  await lastAnswer().locator('.figures').waitFor();
}

describe('the demo page', () => {
  test('loads a model over HTTP, streams an answer and tells its speed', async () => {
    await loadByAddress();
    await say('Once upon a time');
    await lastAnswer().locator('.figures').waitFor();
    expect((await lastAnswer().locator('.prose').textContent())?.trim()).not.toBe('');
    expect(await lastAnswer().locator('.figures').textContent()).toMatch(/\d+ tokens · [\d.]+ tokens\/s/);
    expect(complaints).toEqual([]);
  });

  test('stops at Escape, answers the next message, and reuses the conversation so far', async () => {
    await loadByAddress();
    await say('Once upon a time');
    await hearAndStop();
    expect(await lastAnswer().locator('.figures').textContent()).toMatch(/^stopped/);
    await say('And then?');
    await expect.poll(() => page.locator('.assistant').count()).toBe(2);
    await lastAnswer().locator('.figures').waitFor();
    const figures = await lastAnswer().locator('.figures').textContent();
    const [, cached] = /(\d+) of \d+ prompt tokens/.exec(figures ?? '') ?? [];
    expect(Number(cached)).toBeGreaterThan(5);
  });

  test('takes a file that is dropped on it', async () => {
    const bytes = [...server.file(server.chatModel)];
    const transfer = await page.evaluateHandle(bytes => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(bytes)], 'dropped.gguf'));
      return data;
    }, bytes);
    await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
    await page.getByLabel('Message').waitFor();
    await say('Once');
    await lastAnswer().locator('.prose > *').first().waitFor();
  });

  test('shows an error with its code and what to do, and goes on', async () => {
    await page.getByLabel('Address of a GGUF file').fill(`${server.origin}/absent.gguf`);
    await page.getByRole('button', { name: 'Load', exact: true }).click();
    await page.getByRole('alert').getByText('model_not_found').waitFor();
    await page.getByRole('alert').getByText('Check the address').waitFor();
    await loadByAddress();
    expect(await page.getByRole('alert').isHidden()).toBe(true);
  });
});

test('what a model takes is told before it is loaded', async () => {
  await page.getByLabel('Address of a GGUF file').fill(model);
  await page.locator('#url-form').getByRole('button', { name: 'Will it fit?' }).click();
  await page
    .getByText(/It fits\. .* to download · .* on the GPU · .* tokens of context · up to .* tokens\/s/)
    .waitFor();
  expect(complaints).toEqual([]);
});

test('a stored model is listed and loads without a network', async () => {
  await loadByAddress();
  await server.stop();
  await page.route('**/models/index.json', route => route.abort('internetdisconnected'));
  await page.reload();
  await page.getByRole('button', { name: /on this device/ }).click();
  await page.getByLabel('Message').waitFor();
});

test('a stored model can be removed from the device', async () => {
  await loadByAddress();
  const stored = await countStored(page);
  await page.locator('#model-button').click();
  await page.getByRole('button', { name: /^Remove .* from this device$/ }).click();
  await expect.poll(() => page.getByText('on this device', { exact: true }).count()).toBe(0);
  expect(await countStored(page)).toBeLessThan(stored);
  expect(complaints).toEqual([]);
});

test('opens with Ember, says what it is, and offers larger models', async () => {
  await page.goto('about:blank'); // another fragment alone would be the same page
  await page.goto(inject('site'));
  await page.getByLabel('About Ember').getByText('a tiny model trained for this demo').waitFor();
  await say('My name is Ada.');
  await lastAnswer().locator('.figures').waitFor();
  await say('What is my name?');
  await expect.poll(() => lastAnswer().locator('.prose').textContent()).toContain('Ada');
  await page.getByRole('button', { name: 'New chat' }).click();
  await page.getByRole('button', { name: 'choose a larger model' }).click();
  await page.getByRole('button', { name: /smollm2-360m-instruct/ }).waitFor();
  expect(complaints).toEqual([]);
});

describe('/v1 in the page', () => {
  test('answers with no click, loading the model that the request names', async () => {
    const { status, body } = await fetchInPage(page, '/v1/chat/completions', ask('Once upon a time'));
    expect(status).toBe(200);
    expect(body.object).toBe('chat.completion');
    expect(body.choices[0].message.content.length).toBeGreaterThan(0);
    expect(body.usage.completion_tokens).toBe(8);
    expect(complaints).toEqual([]);
  });

  test('answers after a reload with the model server gone', async () => {
    const before = await fetchInPage(page, '/v1/chat/completions', ask('Once upon a time'));
    expect(await countStored(page)).toBeGreaterThan(0);
    await server.stop();
    await page.reload();
    const after = await fetchInPage(page, '/v1/chat/completions', ask('Once upon a time'));
    expect(after.status).toBe(200);
    expect(after.body.choices[0].message.content).toBe(before.body.choices[0].message.content);
  });

  test('tells how much of a follow-up came from the cache', async () => {
    const first = await fetchInPage(page, '/v1/chat/completions', ask('Once upon a time'));
    const messages = [
      { role: 'user', content: 'Once upon a time' },
      first.body.choices[0].message,
      { role: 'user', content: 'And then?' },
    ];
    const second = await fetchInPage(page, '/v1/chat/completions', { ...ask(''), messages });
    expect(second.body.usage.prompt_tokens_details.cached_tokens).toBeGreaterThan(5);
  });

  test('lists the stored model and describes it', async () => {
    await fetchInPage(page, '/v1/chat/completions', ask('Once'));
    const { body } = await fetchInPage(page, '/v1/models');
    expect(body.object).toBe('list');
    expect(body.data.map((entry: { id: string }) => entry.id)).toContain(model);
    const one = await fetchInPage(page, `/v1/models/${encodeURIComponent(model)}`);
    expect(one.body).toMatchObject({ id: model, object: 'model' });
  });
});
