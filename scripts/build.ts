/**
 * `npm run build`: the library, in `dist/`. ESM that needs no other package, so that it works with a bundler and from a
 * plain `<script type="module">` alike; the worker, the service worker, the catalogue and the types are files beside it.
 */
import { copyFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build as bundle } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { build, type Plugin } from 'vite';
import { bundleServiceWorker } from './vite/service-worker.ts';

const ROOT = resolve(import.meta.dirname, '..');

/**
 * Makes the worker a file with a name of its own, and leaves its URL in the code as it is for the embedder's bundler to
 * find; Vite would make it an asset of this build.
 */
function workerBeside(): Plugin {
  const source = "new URL('./worker/worker.ts', import.meta.url)";
  const mark = '__INGLE_WORKER__';
  return {
    name: 'ingle:worker-beside',
    enforce: 'pre',
    transform: code => (code.includes(source) ? code.replace(source, mark) : undefined),
    renderChunk: code => code.replace(mark, "new URL('./worker.js', import.meta.url)"),
  };
}

async function buildScripts(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'warn',
    publicDir: false,
    plugins: [workerBeside()],
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2023',
      license: { fileName: 'THIRD-PARTY-LICENCES.md' },
      lib: {
        entry: { index: join(ROOT, 'src/index.ts'), worker: join(ROOT, 'src/worker/worker.ts') },
        formats: ['es'],
      },
      rolldownOptions: { output: { chunkFileNames: 'shared.js' } },
    },
  });
}

/** One file of types. Those of the `openai` package are copied into it: its users need not have that package. */
async function buildTypes(outDir: string): Promise<void> {
  await bundle({
    input: { index: join(ROOT, 'src/index.ts') },
    plugins: [dts({ emitDtsOnly: true, generator: 'tsgo' })],
    logLevel: 'warn',
    output: { dir: outDir },
  });
}

export async function main([outDir = join(ROOT, 'dist')]: string[]): Promise<number> {
  await buildScripts(outDir);
  await buildTypes(outDir);
  await writeFile(join(outDir, 'ingle-sw.js'), await bundleServiceWorker());
  await copyFile(join(ROOT, 'src/catalogue.json'), join(outDir, 'catalogue.json'));
  return 0;
}
