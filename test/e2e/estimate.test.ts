import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Ingle, ModelEstimate } from '../../src/index.ts';
import { openBrowser } from './browser.ts';
import { ModelServer } from './model-server.ts';

/** A model of some megabytes, of which the header is a small part. */
const EMBER = readFileSync(resolve(import.meta.dirname, '../../public/models/ember-q8_0.gguf'));
/** What a reader of headers may take: its first window, and the first look. */
const HEADER_BYTES = 256 * 1024 + 4;

declare global {
  interface Window {
    ingle: Ingle;
  }
}

let browser: Browser;
let server: ModelServer;
let model: string;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  server = await ModelServer.start({ 'ember.gguf': EMBER });
  model = `${server.origin}/ember.gguf`;
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});
/** A visitor of their own for each test. */
beforeEach(async () => {
  const context = await browser.newContext();
  page = await blankPage(context);
  return () => context.close();
});

async function blankPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  const blank = { contentType: 'text/html', body: '<!doctype html><title>An app</title>' };
  await page.route('**/app.html', route => route.fulfill(blank));
  await page.goto(`${inject('site')}app.html`);
  await page.addScriptTag({ url: 'ingle.js', type: 'module' });
  await page.waitForFunction(() => window.Ingle !== undefined);
  await page.evaluate(async file => {
    const entry = { name: 'mine', bytes: 1, contextLength: 1, licence: 'MIT', description: 'a test' };
    window.ingle = await window.Ingle.start({ catalogue: [{ ...entry, file }] });
  }, model);
  return page;
}

const estimate = (page: Page, name: string, contextLength?: number): Promise<ModelEstimate> =>
  page.evaluate(([name, contextLength]) => window.ingle.models.estimate(name, { contextLength }), [
    name,
    contextLength,
  ] as const);

describe('an estimate', () => {
  test('reads the header alone, and says what a load then takes', async () => {
    const before = server.servedBytes;
    const { gpuBytes, contextLength, ...rest } = await estimate(page, model, 300);
    expect(server.servedBytes - before).toBeLessThanOrEqual(HEADER_BYTES);
    expect(rest).toMatchObject({ id: 'mine', bytes: EMBER.length, downloadBytes: EMBER.length, fits: true });
    expect(rest.tokensPerSecond).toBeGreaterThan(0);

    const [info, stored] = await page.evaluate(async model => {
      const info = await window.ingle.models.load(model, { contextLength: 300 });
      return [info, await window.ingle.models.estimate(model, { contextLength: 300 })] as const;
    }, model);
    expect([contextLength, info.contextLength]).toEqual([300, 300]);
    expect(info.gpuBytes).toBe(gpuBytes);
    expect(stored).toMatchObject({ gpuBytes, bytes: EMBER.length, downloadBytes: 0 });
  });

  test('takes every name of a model, and a file', async () => {
    await page.context().route('https://huggingface.co/**', async route => {
      const response = await route.fetch({ url: model });
      await route.fulfill({ response });
    });
    const { gpuBytes } = await estimate(page, model);
    expect(await estimate(page, 'mine')).toMatchObject({ id: 'mine', gpuBytes });
    const hub = 'hf:owner/repo/ember.gguf';
    expect(await estimate(page, hub)).toMatchObject({ id: hub, gpuBytes, downloadBytes: EMBER.length });
    const ofFile = await page.evaluate(async () => {
      const response = await fetch('models/ember-q8_0.gguf');
      return window.ingle.models.estimate(new File([await response.blob()], 'dropped.gguf'));
    });
    expect(ofFile).toMatchObject({ id: 'dropped.gguf', gpuBytes, downloadBytes: 0 });
  });

  test('measures the device on the first visit, and remembers it', async () => {
    const first = await estimate(page, 'mine');
    const again = await estimate(await blankPage(page.context()), 'mine');
    expect(again.tokensPerSecond).toBe(first.tokensPerSecond);
  });

  test('grows with the context, and refuses what a load would', async () => {
    const [short, long] = [await estimate(page, 'mine', 100), await estimate(page, 'mine', 1000)];
    expect(long.gpuBytes).toBeGreaterThan(short.gpuBytes ?? 0);
    const refusal = (name: string, contextLength?: number) =>
      estimate(page, name, contextLength).catch((error: Error) => error.message);
    expect(await refusal('mine', 1e6)).toMatch(/contextLength is 1000000/);
    expect(await refusal(`${server.origin}/absent.gguf`)).toMatch(/404/);
  });
});
