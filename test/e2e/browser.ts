import { type Browser, chromium, type Page } from 'playwright';
import { findChromium } from '../../scripts/chromium.mjs';

/** A real Chromium, with WebGPU on SwiftShader; without, it finds no adapter, as on a machine whose GPU is blocked. */
export function openBrowser({ webgpu = true } = {}): Promise<Browser> {
  const gpuFlags = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
  return chromium.launch({
    executablePath: findChromium() ?? 'chromium',
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(webgpu ? gpuFlags : []),
    ],
  });
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

/** How many values lie in the page's IndexedDB, over all databases and stores. */
export function countStored(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    let count = 0;
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        count += await done(database.transaction(store).objectStore(store).count());
      }
      database.close();
    }
    return count;
  });
}
