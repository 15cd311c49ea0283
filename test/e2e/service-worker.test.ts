import { resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import { build, type InlineConfig, type Plugin, type PreviewServer, preview } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { serviceWorker } from '../../scripts/vite/service-worker.ts';
import type { EngineReport } from '../fixtures/scripted-loader.ts';
import { fetchInPage, openBrowser } from './browser.ts';

const ROOT = resolve(import.meta.dirname, '../..');

let server: PreviewServer;
let browser: Browser;
/** A visitor of their own for each test: no storage, no service worker. */
let context: BrowserContext;

beforeAll(async () => {
  const outDir = resolve(ROOT, 'node_modules/.cache/ingle/tabs');
  const config: InlineConfig = { configFile: false, root: ROOT, logLevel: 'error', publicDir: false };
  const input = [resolve(import.meta.dirname, 'tab.html'), resolve(import.meta.dirname, 'bare.html')];
  await build({
    ...config,
    plugins: [serviceWorker()],
    worker: { format: 'es' },
    build: { outDir, emptyOutDir: true, target: 'es2023', rolldownOptions: { input } },
  });
  server = await preview({
    ...config,
    plugins: [ownServiceWorker()],
    build: { outDir },
    preview: { host: '127.0.0.1', port: 0 },
  });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
beforeEach(async () => {
  context = await browser.newContext();
});
afterEach(() => context.close());

/** A site's own service worker, at `/own-sw.js`: it takes ours in, and answers `/own` itself. */
function ownServiceWorker(): Plugin {
  const script = `
    importScripts('/ingle-sw.js');
    addEventListener('fetch', event => {
      if (new URL(event.request.url).pathname === '/own') event.respondWith(new Response('own'));
    });`;
  return {
    name: 'own-service-worker',
    configurePreviewServer: ({ middlewares }) => {
      middlewares.use('/own-sw.js', (_request, response) => {
        response.setHeader('content-type', 'text/javascript').end(script);
      });
    },
  };
}

async function open(file: 'tab.html' | 'bare.html', query = ''): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${server.resolvedUrls?.local[0]}test/e2e/${file}${query}`);
  return page;
}

/** A tab that serves, with a model loaded that says so many tokens. */
async function openHost({ tokens = 3, tokenMs = 0 } = {}): Promise<Page> {
  const page = await open('tab.html');
  await page.evaluate(([tokens, tokenMs]) => window.loadScript(tokens, tokenMs), [tokens, tokenMs] as const);
  await page.evaluate(async () => (await window.starting).serve());
  return page;
}

const QUESTION = { messages: [{ role: 'user', content: 'Count.' }] };

/** Begins to read a stream of events in the page, and gathers its text in `window.text`. */
async function beginStream(page: Page): Promise<void> {
  await page.evaluate(async question => {
    const stop = new AbortController();
    const body = JSON.stringify({ ...question, stream: true });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch('/v1/chat/completions', { method: 'POST', headers, body, signal: stop.signal });
    const stream = { text: '', ended: false, stop: () => stop.abort() };
    Object.assign(window, { stream });
    void (async () => {
      const decoder = new TextDecoder();
      for await (const piece of response.body ?? []) stream.text += decoder.decode(piece, { stream: true });
    })()
      .catch(error => {
        stream.text += error.name;
      })
      .finally(() => {
        stream.ended = true;
      });
  }, QUESTION);
  await expect.poll(() => streamOf(page).then(({ text }) => text)).toContain('" 2"');
}

interface Stream {
  readonly text: string;
  readonly ended: boolean;
  stop(): void;
}
declare global {
  interface Window {
    stream: Stream;
    reports: EngineReport[];
  }
}
const streamOf = (page: Page) => page.evaluate(() => ({ text: window.stream.text, ended: window.stream.ended }));

/** Listens in a page to what every engine of the origin does. */
async function listen(page: Page): Promise<(event: EngineReport['event']) => Promise<number>> {
  await page.evaluate(() => {
    window.reports = [];
    new BroadcastChannel('scripted-engine').onmessage = ({ data }) => window.reports.push(data);
  });
  return event => page.evaluate(event => window.reports.filter(report => report.event === event).length, event);
}

/** Waits until the engine has stopped, and tells that it does no more. */
async function expectStopped(count: (event: EngineReport['event']) => Promise<number>): Promise<void> {
  await expect.poll(() => count('stopped')).toBe(1);
  const tokens = await count('token');
  expect(tokens).toBeLessThan(100);
  await new Promise(resolve => setTimeout(resolve, 100));
  expect(await count('token')).toBe(tokens);
}

describe('a page that serves', () => {
  test('is answered on the very first visit, without waiting', async () => {
    const page = await open('tab.html');
    expect(await page.evaluate(() => window.early)).toBe(200);
    await page.evaluate(async () => (await window.starting).serve());
    expect(await page.evaluate(() => fetch.toString())).toContain('[native code]');
    expect((await fetchInPage(page, '/v1/models')).status).toBe(200);
  });

  test('is answered after a reload, and after a hard one', async () => {
    const page = await openHost();
    await page.evaluate(() => window.early);
    await page.reload();
    expect(await page.evaluate(() => window.early)).toBe(200);
    const devtools = await context.newCDPSession(page);
    const loaded = page.waitForEvent('load');
    await devtools.send('Page.reload', { ignoreCache: true });
    await loaded;
    expect(await page.evaluate(() => window.early)).toBe(200);
    const answer = await fetchInPage(page, '/v1/chat/completions', QUESTION);
    expect(answer.body.choices[0].message.content).toBe('0 1 2 ');
  });

  test('gets whole answers, streams, and errors', async () => {
    const page = await openHost({ tokens: 20 });
    const answer = await fetchInPage(page, '/v1/chat/completions', QUESTION);
    expect(answer).toMatchObject({ status: 200, body: { usage: { completion_tokens: 20 } } });
    await beginStream(page);
    await expect.poll(() => streamOf(page)).toMatchObject({ ended: true });
    expect((await streamOf(page)).text).toContain('data: [DONE]');
    const wrong = await fetchInPage(page, '/v1/chat/completions', { messages: 'none' });
    expect(wrong).toMatchObject({ status: 400, body: { error: { param: 'messages' } } });
    expect((await fetchInPage(page, '/v1/no/such/path')).status).toBe(404);
  });

  test('has all other requests pass untouched', async () => {
    const page = await openHost();
    const file = await page.evaluate(async () => (await fetch('/ingle-sw.js')).headers.get('content-type'));
    expect(file).toBe('text/javascript');
    const beside = await page.evaluate(async () => (await fetch('/v1x')).text());
    expect(beside).toBe(''); // the server's own answer to what it does not know
  });

  test("is answered through the site's own service worker, which takes ours in", async () => {
    const page = await open('tab.html', '?serve=/own-sw.js');
    expect(await page.evaluate(() => window.early)).toBe(200);
    expect(await page.evaluate(async () => (await fetch('/own')).text())).toBe('own');
  });

  test('says why, where the service worker is not to be had', async () => {
    const page = await open('tab.html', '?serve=/no-such-worker.js');
    const error = await page.evaluate(async () => {
      const ingle = await window.starting;
      return ingle.serve().catch(({ code, message }) => ({ code, message }));
    });
    expect(error).toMatchObject({ code: 'engine_unavailable' });
    expect(await page.evaluate(() => fetch.toString())).toContain('[native code]');
  });
});

test('a form on another site does not reach the engine', async () => {
  const host = await openHost();
  const count = await listen(host);
  const stranger = await context.newPage();
  const { href, port } = new URL('/v1/chat/completions', host.url());
  await stranger.goto(`http://localhost:${port}/test/e2e/bare.html`);
  const answer = stranger.waitForResponse(href);
  await stranger.evaluate(
    ([action, json]) => {
      const form = Object.assign(document.createElement('form'), { method: 'post', enctype: 'text/plain', action });
      // As plain text a field is written NAME=VALUE, which falls into a string here.
      const [name = '', value = ''] = json.split('=');
      form.append(Object.assign(document.createElement('input'), { name, value }));
      document.body.append(form);
      form.submit();
    },
    [href, JSON.stringify({ ...QUESTION, user: '=' })] as const,
  );
  expect((await answer).fromServiceWorker()).toBe(false);
  expect(await count('token')).toBe(0);
});

describe('other pages of the origin', () => {
  test('are answered by the one that hosts the engine', async () => {
    const host = await openHost();
    const count = await listen(host);
    const bare = await open('bare.html');
    expect(await fetchInPage(bare, '/v1/chat/completions', QUESTION)).toMatchObject({ status: 200 });
    const second = await open('tab.html');
    expect(await second.evaluate(() => window.early)).toBe(200);
    expect(await fetchInPage(second, '/v1/chat/completions', QUESTION)).toMatchObject({ status: 200 });
    expect(await count('loaded')).toBe(0); // since it was first loaded in the host
    expect(await count('stopped')).toBe(2);
  });

  test('are told at once when there is no host', async () => {
    const host = await openHost();
    const bare = await open('bare.html');
    await host.close();
    const start = Date.now();
    const answer = await fetchInPage(bare, '/v1/models');
    expect(answer).toMatchObject({ status: 503, body: { error: { code: 'engine_unavailable' } } });
    expect(Date.now() - start).toBeLessThan(2000);
  });

  test('see the end of an answer whose host is closed, and are answered by the next one', async () => {
    const host = await openHost({ tokens: 1000, tokenMs: 10 });
    const bare = await open('bare.html');
    const next = await open('tab.html');
    await next.evaluate(() => window.early);
    await beginStream(bare);
    await host.close();
    await expect.poll(() => streamOf(bare)).toMatchObject({ ended: true });
    expect((await streamOf(bare)).text).toMatch(/data: \{"error":\{.*"code":"engine_unavailable"\}\}\n\n$/);
    const count = await listen(next);
    await beginStream(bare);
    expect(await count('loaded')).toBe(1);
  });
});

describe('the engine stops', () => {
  test('when a request is aborted', async () => {
    const host = await openHost({ tokens: 1000, tokenMs: 10 });
    const count = await listen(host);
    await beginStream(host);
    await host.evaluate(() => window.stream.stop());
    await expectStopped(count);
  });

  test('when a request for a whole answer is aborted', async () => {
    const host = await openHost({ tokens: 1000, tokenMs: 10 });
    const count = await listen(host);
    const name = await host.evaluate(async question => {
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 200);
      const headers = { 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify(question), signal: stop.signal };
      return fetch('/v1/chat/completions', init)
        .then(response => response.text())
        .catch(error => error.name);
    }, QUESTION);
    expect(name).toBe('AbortError');
    await expectStopped(count);
  });

  test('when the page that asked is closed', async () => {
    const host = await openHost({ tokens: 1000, tokenMs: 10 });
    const count = await listen(host);
    const bare = await open('bare.html');
    await beginStream(bare);
    await bare.close();
    await expectStopped(count);
  });

  test('when the browser stops the service worker, which is started again for the next request', async () => {
    const host = await openHost({ tokens: 1000, tokenMs: 10 });
    const count = await listen(host);
    await beginStream(host);
    const devtools = await context.newCDPSession(host);
    await devtools.send('ServiceWorker.enable');
    await devtools.send('ServiceWorker.stopAllWorkers');
    await expectStopped(count);
    await expect.poll(() => streamOf(host)).toMatchObject({ ended: true });
    expect((await fetchInPage(host, '/v1/models')).status).toBe(200);
  });
});
