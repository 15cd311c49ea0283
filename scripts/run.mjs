/**
 * `node scripts/run.mjs FILE.ts args…`: runs a TypeScript module's `main(args): Promise<number>` and exits with that code.
 *
 * The module goes through Vite, so it may import what the library imports (`./x.wgsl?raw`) just as the library does.
 */
import { resolve } from 'node:path';
import { createServer, isRunnableDevEnvironment } from 'vite';

const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: node scripts/run.mjs FILE.ts args…');
  process.exit(2);
}

const server = await createServer({
  configFile: false,
  root: resolve(import.meta.dirname, '..'),
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true, include: [] },
});
const { ssr } = server.environments;
let code = 1;
try {
  if (!isRunnableDevEnvironment(ssr)) throw new TypeError('this Vite cannot run modules');
  const { main } = await ssr.runner.import(resolve(file));
  if (typeof main !== 'function') throw new TypeError(`${file} has no exported function main(args)`);
  code = await main(args);
} catch (error) {
  console.error(error);
}
// Dawn keeps Node alive for as long as a GPU object is, so waiting for an idle event loop would be waiting for ever.
process.exit(code);
