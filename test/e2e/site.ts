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

/** Builds the demo as `npm run build:demo` does, adds the real clients for tests to import, and serves both. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const outDir = resolve(ROOT, 'node_modules/.cache/ingle/e2e');
  const options = { root: ROOT, logLevel: 'warn' as const, build: { outDir, emptyOutDir: true } };
  await build({
    ...options,
    build: {
      ...options.build,
      rolldownOptions: {
        input: { index: resolve(ROOT, 'index.html'), openai: resolve(import.meta.dirname, 'openai-client.ts') },
        output: { entryFileNames: ({ name }) => (name === 'openai' ? 'openai.js' : 'assets/[name]-[hash].js') },
      },
    },
  });
  const server = await preview({ ...options, preview: { host: '127.0.0.1', port: 0 } });
  const address = server.resolvedUrls?.local[0];
  if (address === undefined) throw new Error('the demo is not served');
  project.provide('site', address);
  return () => server.close();
}
