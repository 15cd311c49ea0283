import { resolve } from 'node:path';
import { build, preview } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the demo is, with a slash at the end. */
    site: string;
  }
}

const ROOT = resolve(import.meta.dirname, '../..');

const OUT_DIR = resolve(ROOT, 'node_modules/.cache/ingle/e2e');
const OPTIONS = { root: ROOT, logLevel: 'warn' as const, build: { outDir: OUT_DIR, emptyOutDir: true } };

/** Serves what was built, with these headers. */
export async function serveSite(
  headers: Record<string, string> = {},
): Promise<{ url: string; close(): Promise<void> }> {
  const server = await preview({ ...OPTIONS, preview: { host: '127.0.0.1', port: 0, headers } });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error('the demo is not served');
  return { url, close: () => server.close() };
}

/** Builds the demo as `npm run build:demo` does, adds what tests load into pages, and serves both. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  await build({
    ...OPTIONS,
    build: {
      ...OPTIONS.build,
      rolldownOptions: {
        input: {
          index: resolve(ROOT, 'index.html'),
          openai: resolve(import.meta.dirname, 'openai-client.ts'),
          ingle: resolve(import.meta.dirname, 'ingle-client.ts'),
        },
        output: { entryFileNames: ({ name }) => (name === 'index' ? 'assets/[name]-[hash].js' : '[name].js') },
      },
    },
  });
  const { url, close } = await serveSite();
  project.provide('site', url);
  return close;
}
