import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { findChromium } from '../../scripts/chromium.mjs';

const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const WEBGPU_FLAGS = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

function launchOptions(flags: readonly string[]) {
  return { executablePath: findChromium() ?? 'chromium', args: [...FLAGS, ...flags] };
}

/** A real Chromium, with WebGPU on SwiftShader. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch(launchOptions(WEBGPU_FLAGS));
}

/** One that finds no adapter, as on a machine whose GPU is blocked. */
export function openBrowserWithoutWebGpu(): Promise<Browser> {
  return chromium.launch(launchOptions([]));
}

/** One whose user lets no site keep data: no IndexedDB, no service worker, no locks. */
export async function openBrowserWithoutStorage(): Promise<BrowserContext> {
  const profile = await mkdtemp(join(tmpdir(), 'ingle-'));
  await mkdir(join(profile, 'Default'));
  const blocked = 2; // Chromium's CONTENT_SETTING_BLOCK; "cookies" stands for all of a site's data
  const preferences = { profile: { default_content_setting_values: { cookies: blocked } } };
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
  return chromium.launchPersistentContext(profile, launchOptions(WEBGPU_FLAGS));
}

/** The status and body of an answer, as the page's own `fetch` got it. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it, and a wrong shape fails them
  readonly body: any;
}

/** What `fetch(path)` in the page is answered. A `body` is posted as JSON. */
export function fetchInPage(page: Page, path: string, body?: unknown): Promise<Answer> {
  return page.evaluate(
    async ([path, body]) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(path, body === undefined ? {} : { method: 'POST', headers, body });
      return { status: response.status, body: await response.json() };
    },
    [path, body === undefined ? undefined : JSON.stringify(body)] as const,
  );
}

/** How many values lie in the page's IndexedDB, over all databases and stores, but for what is known of the device. */
export function countStored(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    let count = 0;
    for (const { name = '' } of await indexedDB.databases()) {
      if (name === 'ingle-device') continue;
      const database = await done(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        count += await done(database.transaction(store).objectStore(store).count());
      }
      database.close();
    }
    return count;
  });
}

/** All that the page's origin keeps, in IndexedDB, local and session storage and caches, as one text. */
export function dumpStored(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const kept: unknown[] = [{ ...localStorage }, { ...sessionStorage }, document.cookie];
    for (const { name = '' } of await indexedDB.databases()) {
      if (name === 'ingle-device') continue;
      const database = await done(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const values = database.transaction(store).objectStore(store);
        kept.push(name, await done(values.getAll()));
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) kept.push([request.url, ...request.headers]);
    }
    return JSON.stringify(kept);
  });
}
