import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { fetchInPage, openBrowser } from './browser.ts';
import { ModelServer } from './model-server.ts';

let server: ModelServer;
let browser: Browser;

beforeAll(async () => {
  server = await ModelServer.start();
});
afterAll(() => server.stop());

async function load(page: Page, model: string): Promise<void> {
  await page.getByLabel('Address of a GGUF file').fill(model);
  await page.getByRole('button', { name: 'Load' }).click();
}

describe('a browser without WebGPU', () => {
  beforeAll(async () => {
    browser = await openBrowser({ webgpu: false });
  });
  afterAll(() => browser.close());

  test('is told so at once, with what to do', async () => {
    const page = await browser.newPage();
    await page.goto(inject('site'));
    const alert = page.getByRole('alert');
    await alert.getByText('webgpu_unavailable').waitFor();
    expect(await alert.textContent()).toMatch(/Chrome/);
  });

  test('gets 503 at /v1, and downloads nothing', async () => {
    const page = await browser.newPage();
    await page.goto(inject('site'));
    const model = `${server.origin}/${server.chatModel}`;
    const request = { model, messages: [{ role: 'user', content: 'Hello' }] };
    const answer = await fetchInPage(page, '/v1/chat/completions', request);
    expect(answer).toMatchObject({ status: 503, body: { error: { code: 'webgpu_unavailable' } } });
    expect((await fetchInPage(page, '/v1/models')).status).toBe(200);
  });
});

describe('a browser without IndexedDB', () => {
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test('says that it cannot keep models', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(inject('site'));
    await load(page, `${server.origin}/${server.chatModel}`);
    await page.getByRole('alert').getByText('storage_unavailable').waitFor();
  });
});
