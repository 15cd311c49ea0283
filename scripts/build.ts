/**
 * `npm run build`: the library, in `dist/`. ESM that needs no other package, so that it works with a bundler and from a
 * plain `<script type="module">` alike; the worker, the service worker, the catalogue and the types are files beside it.
 */
import { appendFile, copyFile, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build as bundle, type Plugin as RolldownPlugin } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { build, type Plugin } from 'vite';
import { bundleServiceWorker } from './vite/service-worker.ts';

const ROOT = resolve(import.meta.dirname, '..');
const LICENCES = 'THIRD-PARTY-LICENCES.md';

/** Where llama.cpp's module lies in its package, for one thread and for several, and what it is called in the library. */
const LLAMA_FILES = ['single', 'multi'].flatMap(threads =>
  ['js', 'wasm'].map(
    type => [`@wllama/wllama/src/${threads}-thread/wllama.${type}`, `llama-${threads}.${type}`] as const,
  ),
);

/**
 * What is loaded at run time: how the sources name it, and how the library does. As a URL it is a file that any bundler
 * copies as it is; an `import()` would split the worker's code, which Vite's bundles of workers do not do by default.
 */
const BESIDE = [
  ["new URL('./worker/worker.ts', import.meta.url)", "new URL('./worker.js', import.meta.url)"],
  ["new URL('./llama-worker.ts', import.meta.url)", "new URL('./llama-worker.js', import.meta.url)"],
  ...LLAMA_FILES.map(
    ([source, file]) => [`new URL('${source}', import.meta.url)`, `new URL('./${file}', import.meta.url)`] as const,
  ),
  [
    "import('@mlc-ai/web-xgrammar')",
    "import(/* @vite-ignore */ /* webpackIgnore: true */ new URL('./xgrammar.js', import.meta.url).href)",
  ],
  [
    "import('@mlc-ai/web-llm')",
    "import(/* @vite-ignore */ /* webpackIgnore: true */ new URL('./web-llm.js', import.meta.url).href)",
  ],
] as const;

/**
 * Makes what is loaded at run time files with names of their own, and leaves their URLs in the code as they are for the
 * embedder's bundler to find; Vite would make them assets of this build.
 */
function filesBeside(): Plugin {
  const mark = (index: number) => `__INGLE_BESIDE_${index}__`;
  return {
    name: 'ingle:files-beside',
    enforce: 'pre',
    transform: code => BESIDE.reduce((changed, [source], index) => changed.replace(source, mark(index)), code),
    renderChunk: code => BESIDE.reduce((changed, [, url], index) => changed.replace(mark(index), url), code),
  };
}

async function buildScripts(outDir: string): Promise<void> {
  await build({
    configFile: false,
    root: ROOT,
    logLevel: 'warn',
    publicDir: false,
    plugins: [filesBeside()],
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2023',
      license: { fileName: LICENCES },
      lib: {
        entry: {
          index: join(ROOT, 'src/index.ts'),
          worker: join(ROOT, 'src/worker/worker.ts'),
          'llama-worker': join(ROOT, 'src/engine/wasm/llama-worker.ts'),
        },
        formats: ['es'],
      },
      rolldownOptions: { output: { chunkFileNames: 'shared.js' } },
    },
  });
}

/**
 * Drops `type X = X;`, which is what the bundler makes of `type X = Module.X;` in a namespace of the `openai` package
 * once everything is in one file. Outside, the name has the same meaning.
 */
function withoutAliasesOfThemselves(): RolldownPlugin {
  return {
    name: 'ingle:without-aliases-of-themselves',
    renderChunk: code => code.replace(/^ *(?:export )?type (\w+) = \1;\n/gm, ''),
  };
}

/** It says each time that TypeScript 7's programming interface is new. */
const quiet = { info() {}, warn() {}, error: console.error };

/** One file of types. Those of the `openai` package are copied into it: its users need not have that package. */
async function buildTypes(outDir: string): Promise<void> {
  await bundle({
    input: { index: join(ROOT, 'src/index.ts') },
    plugins: [dts({ emitDtsOnly: true, generator: 'tsgo', logger: quiet }), withoutAliasesOfThemselves()],
    logLevel: 'warn',
    checks: { bundlerTimings: false },
    output: { dir: outDir },
  });
  const licence = await readFile(join(ROOT, 'node_modules/openai/LICENSE'), 'utf8');
  await appendFile(join(outDir, LICENCES), `\n## openai (its types)\n\n${licence}`);
}

/** As its package has it, but for the mention of a source map that is not here. */
async function copyMlc(outDir: string, name: 'web-xgrammar' | 'web-llm', file: string): Promise<void> {
  const source = await readFile(join(ROOT, `node_modules/@mlc-ai/${name}/lib/index.js`), 'utf8');
  await writeFile(join(outDir, file), source.replace(/^\/\/# sourceMappingURL=.*$/m, ''));
  const notice = `Apache-2.0, https://github.com/mlc-ai/${name.replace('web-x', 'x')}/blob/main/LICENSE`;
  await appendFile(join(outDir, LICENCES), `\n## @mlc-ai/${name}\n\n${notice}\n`);
}

/** As its package has it. */
async function copyLlama(outDir: string): Promise<void> {
  for (const [source, file] of LLAMA_FILES) await copyFile(join(ROOT, 'node_modules', source), join(outDir, file));
  const licence = await readFile(join(ROOT, 'node_modules/@wllama/wllama/LICENCE'), 'utf8');
  const notice = 'It contains llama.cpp, MIT, https://github.com/ggml-org/llama.cpp/blob/master/LICENSE';
  await appendFile(join(outDir, LICENCES), `\n## @wllama/wllama\n\n${licence}\n${notice}\n`);
}

export async function main([outDir = join(ROOT, 'dist')]: string[]): Promise<number> {
  await buildScripts(outDir);
  await buildTypes(outDir);
  await copyMlc(outDir, 'web-xgrammar', 'xgrammar.js');
  await copyMlc(outDir, 'web-llm', 'web-llm.js');
  await copyLlama(outDir);
  await writeFile(join(outDir, 'ingle-sw.js'), await bundleServiceWorker());
  await copyFile(join(ROOT, 'src/catalogue.json'), join(outDir, 'catalogue.json'));
  return 0;
}
