import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { countStored, fetchInPage, openBrowserWithoutStorage, openBrowserWithoutWebGpu } from './browser.ts';
import { ModelServer } from './model-server.ts';

let server: ModelServer;
let model: string;

beforeAll(async () => {
  server = await ModelServer.start();
  model = `${server.origin}/${server.chatModel}`;
});
afterAll(() => server.stop());

async function open(browser: Browser | BrowserContext): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${inject('site')}#models`);
  return page;
}

async function load(page: Page): Promise<void> {
  await page.getByLabel('Address of a GGUF file').fill(model);
  await page.getByRole('button', { name: 'Load', exact: true }).click();
}

describe('a browser without WebGPU', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowserWithoutWebGpu();
  });
  afterAll(() => browser.close());

  test('is told so at once, with what to do', async () => {
    const page = await open(browser);
    const alert = page.getByRole('alert');
    await alert.getByText('webgpu_unavailable').waitFor();
    expect(await alert.textContent()).toMatch(/Chrome/);
  });

  test('gets 503 at /v1, and nothing is stored', async () => {
    const page = await open(browser);
    const request = { model, messages: [{ role: 'user', content: 'Hello' }] };
    const answer = await fetchInPage(page, '/v1/chat/completions', request);
    expect(answer).toMatchObject({ status: 503, body: { error: { code: 'webgpu_unavailable' } } });
    expect(await countStored(page)).toBe(0);
    expect((await fetchInPage(page, '/v1/models')).status).toBe(200);
  });
});

describe('a browser that keeps no data', () => {
  let browser: BrowserContext;
  beforeAll(async () => {
    browser = await openBrowserWithoutStorage();
  });
  afterAll(() => browser.close());

  test('says that models cannot be stored and /v1 is not there, and downloads nothing', async () => {
    const before = server.requests.length;
    const page = await open(browser);
    await page.getByRole('alert').getByText('engine_unavailable').waitFor();
    await load(page);
    await page.getByRole('alert').getByText('storage_unavailable').first().waitFor();
    expect(server.requests.length).toBe(before);
  });
});
