import { resolve } from 'node:path';
import { build, type Plugin } from 'vite';

const ROOT = resolve(import.meta.dirname, '../..');

/** The service worker as one classic script: not every browser takes modules there. */
export async function bundleServiceWorker(): Promise<string> {
  const result = await build({
    configFile: false,
    root: ROOT,
    logLevel: 'warn',
    publicDir: false,
    build: {
      write: false,
      lib: { entry: resolve(ROOT, 'src/service-worker/service-worker.ts'), formats: ['iife'], name: 'ingle' },
    },
  });
  const parts = Array.isArray(result) ? result.flatMap(({ output }) => output) : [];
  for (const part of parts) if (part.type === 'chunk') return part.code;
  throw new Error('the service worker was not bundled');
}

/** Puts the service worker at `/ingle-sw.js`: bundled anew for each request in development, as a file when built. */
export function serviceWorker(): Plugin {
  return {
    name: 'ingle:service-worker',
    configureServer(server) {
      server.middlewares.use('/ingle-sw.js', (_request, response, next) => {
        bundleServiceWorker().then(code => response.setHeader('content-type', 'text/javascript').end(code), next);
      });
    },
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'ingle-sw.js', source: await bundleServiceWorker() });
    },
  };
}
