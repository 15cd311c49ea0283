import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright';
import { build, createServer, type InlineConfig, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ingle } from '../../src/index.ts';
import { UpstreamProcess } from '../fixtures/upstream-process.ts';
import { countStored, openBrowser, openBrowserWithoutWebGpu } from './browser.ts';
import { ModelServer } from './model-server.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** An app of somebody else's, in a folder of its own, with the packed library installed. */
let app: string;
let packed: string[];
let browser: Browser;
let models: ModelServer;

/** Runs a command in the app's folder. */
function run(command: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(command, args, { cwd: app, encoding: 'utf8' });
}

beforeAll(async () => {
  app = mkdtempSync(join(tmpdir(), 'ingle-app-'));
  expect(run('npm', '--prefix', ROOT, 'run', 'build')).toMatchObject({ status: 0 });
  const pack = ['pack', ROOT, '--ignore-scripts', '--json', '--pack-destination', app];
  const [tarball] = JSON.parse(run('npm', ...pack).stdout);
  packed = tarball.files.map(({ path }: { path: string }) => path);
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, type: 'module' }));
  // Offline: it needs no other package.
  const install = ['install', '--offline', '--no-audit', '--no-fund', join(app, tarball.filename)];
  expect(run('npm', ...install)).toMatchObject({ status: 0 });
  browser = await openBrowser();
  models = await ModelServer.start();
}, 120_000);
afterAll(async () => {
  await browser.close();
  await models.stop();
  rmSync(app, { recursive: true });
});

/** A page that starts Ingle and serves from its first moment. */
function writePage(file: string, library: string, scriptAttributes = ''): void {
  const script = `import { Ingle } from '${library}';\nwindow.starting = Ingle.start({ serve: true });\n`;
  writeFileSync(join(app, 'main.js'), script);
  const inline = scriptAttributes === '' ? script : '';
  writeFileSync(
    join(app, file),
    `<!doctype html><link rel="icon" href="data:,"><script type="module"${scriptAttributes}>${inline}</script>`,
  );
}

declare global {
  interface Window {
    starting: Promise<Ingle>;
    Ingle: typeof Ingle;
  }
}

/** Gives the page's tests the library, to start with options of their own. */
async function importIngle(page: Page): Promise<void> {
  const content = "import { Ingle } from './node_modules/ingle/dist/index.js';\nwindow.Ingle = Ingle;";
  await page.addScriptTag({ type: 'module', content });
  await page.waitForFunction(() => window.Ingle !== undefined);
}

/** Loads a model in the page at `url`, and asks it through the library and through `/v1`. */
async function expectToWork(url: string, on = browser): Promise<void> {
  const context = await on.newContext();
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', message => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', error => problems.push(error.message));
  await page.goto(url);
  const { answer, json, status, names } = await page.evaluate(async model => {
    const request = { model, messages: [{ role: 'user' as const, content: 'Once' }], max_completion_tokens: 4 };
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(request) };
    const fetched = fetch('/v1/chat/completions', init);
    const ingle = await window.starting;
    const { choices } = await ingle.chat.completions.create(request);
    const response_format = { type: 'json_schema' as const, json_schema: { name: 'x', schema: { const: [7, 'a'] } } };
    const held = await ingle.chat.completions.create({ ...request, response_format, max_completion_tokens: 20 });
    const json = held.choices[0]?.message.content ?? '';
    const names = (await ingle.models.list()).map(({ id }) => id);
    return { answer: choices[0]?.message.content, json, status: (await fetched).status, names };
  }, `${models.origin}/${models.chatModel}`);
  expect({ problems, status }).toEqual({ problems: [], status: 200 });
  expect(answer).toBeTruthy();
  expect(json).toBe('[7,"a"]');
  expect(names).toContain('smollm2-360m-instruct');
  await context.close();
}

describe('the package', () => {
  test('holds the library and nothing else', () => {
    expect(packed.sort()).toEqual([
      'LICENSE',
      'README.md',
      'bin/ingle.mjs',
      'dist/THIRD-PARTY-LICENCES.md',
      'dist/catalogue.json',
      'dist/index.d.ts',
      'dist/index.js',
      'dist/ingle-sw.js',
      'dist/llama-multi.js',
      'dist/llama-multi.wasm',
      'dist/llama-single.js',
      'dist/llama-single.wasm',
      'dist/llama-worker.js',
      'dist/shared.js',
      'dist/web-llm.js',
      'dist/worker.js',
      'dist/xgrammar.js',
      'package.json',
    ]);
  });

  test('puts the service worker where it is told to, and says what it needs', () => {
    expect(run('npx', 'ingle', 'init', '.')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('ingle-sw.js is there'),
    });
    const absent = run('npx', 'ingle', 'init', 'no/such/folder');
    expect(absent).toMatchObject({ status: 1, stderr: expect.stringContaining('There is no folder') });
    expect(run('npx', 'ingle')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('usage: npx ingle init <public-dir>'),
    });
  });

  test('has types that need no other package', () => {
    writeFileSync(
      join(app, 'types.ts'),
      `import { Ingle, IngleError, type ModelCard } from 'ingle';
       const ingle = await Ingle.start({ model: 'smollm2-360m-instruct', serve: { url: '/ingle-sw.js' } });
       const cards: ModelCard[] = await ingle.models.list();
       const messages = [{ role: 'user' as const, content: cards[0]?.id ?? '' }];
       const whole = await ingle.chat.completions.create({ model: '', messages });
       const text: string | null | undefined = whole.choices[0]?.message.content;
       for await (const chunk of await ingle.chat.completions.create({ model: '', messages, stream: true })) {
         const piece: string | null | undefined = chunk.choices[0]?.delta.content;
         console.log(text, piece, chunk instanceof IngleError);
       }
       // @ts-expect-error: no such role
       await ingle.chat.completions.create({ model: '', messages: [{ role: 'nobody', content: '' }] });`,
    );
    const compilerOptions = {
      ...{ noEmit: true, strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, types: [] },
      ...{ target: 'es2023', module: 'esnext', moduleResolution: 'bundler', lib: ['es2024', 'dom'] },
    };
    writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['types.ts'] }));
    const compiler = resolve(ROOT, 'node_modules/typescript/bin/tsc');
    expect(run(process.execPath, compiler)).toMatchObject({ status: 0, stdout: '' });
  });
});

describe('the library', () => {
  const vite: InlineConfig = {
    configFile: false,
    logLevel: 'error',
    server: { host: '127.0.0.1', port: 0 },
    preview: { host: '127.0.0.1', port: 0 },
  };

  beforeAll(() => {
    run('npx', 'ingle', 'init', '.');
    writePage('index.html', 'ingle', ' src="./main.js"');
  });

  let building: Promise<string> | undefined;
  /** Builds the app, once. */
  const buildApp = (): Promise<string> => {
    building ??= (async () => {
      run('mkdir', 'public');
      run('npx', 'ingle', 'init', 'public');
      const outDir = join(app, 'built');
      await build({ ...vite, root: app, build: { outDir } });
      return outDir;
    })();
    return building;
  };

  test('works from a plain page on a static server', async () => {
    writePage('plain.html', './node_modules/ingle/dist/index.js');
    const server = await preview({ ...vite, root: app, build: { outDir: '.' } });
    await expectToWork(`${server.resolvedUrls?.local[0]}plain.html`);
    await server.close();
  });

  test('knows the models of web-llm, which it fetches for them alone', async () => {
    const server = await preview({ ...vite, root: app, build: { outDir: '.' } });
    const page = await browser.newPage();
    const fetched: string[] = [];
    page.context().on('request', request => fetched.push(new URL(request.url()).pathname));
    const isThere = () => fetched.some(path => path.endsWith('/web-llm.js'));
    await page.goto(`${server.resolvedUrls?.local[0]}plain.html`);
    await page.evaluate(async () => (await window.starting).models.list());
    expect(isThere()).toBe(false);
    const cards = await page.evaluate(async () => (await window.starting).models.list({ source: 'mlc' }));
    expect(isThere()).toBe(true);
    expect(cards.length).toBeGreaterThan(100);
    const [card] = cards;
    expect(card).toMatchObject({ id: expect.stringMatching(/^mlc:/), vramBytes: expect.any(Number), stored: false });
    await importIngle(page);
    const refused = await page.evaluate(async folder => {
      const record = { model: folder, model_id: 'Mine', model_lib: `${folder}/mine.wasm` };
      const ingle = await window.Ingle.start({ mlcModels: [record] });
      const load = (id: string) => ingle.models.load(id).catch(({ code, status }) => `${code} ${status}`);
      return [await load('mlc:nothing'), await load('mlc:Mine')];
    }, `${models.origin}/no/such/folder`);
    expect(refused).toEqual(['model_not_found 404', 'model_not_found 404']);
    await page.context().close();
    await server.close();
  });

  describe('without WebGPU', () => {
    let withoutWebGpu: Browser;
    beforeAll(async () => {
      withoutWebGpu = await openBrowserWithoutWebGpu();
    });
    afterAll(() => withoutWebGpu.close());

    test('works from a plain page', async () => {
      const server = await preview({ ...vite, root: app, build: { outDir: '.' } });
      await expectToWork(`${server.resolvedUrls?.local[0]}plain.html`, withoutWebGpu);
      await server.close();
    });

    test('works when it is built with Vite', async () => {
      const outDir = await buildApp();
      const server = await preview({ ...vite, root: app, build: { outDir } });
      await expectToWork(server.resolvedUrls?.local[0] ?? '', withoutWebGpu);
      await server.close();
    });

    test('leaves the processor alone where it is told to, and asks the upstream that is there for it', async () => {
      const server = await preview({ ...vite, root: app, build: { outDir: '.' } });
      const upstream = await UpstreamProcess.start();
      const page = await withoutWebGpu.newPage();
      await page.goto(`${server.resolvedUrls?.local[0]}plain.html`);
      await importIngle(page);
      const ask = (fallback: 'never' | 'on-unavailable') =>
        page.evaluate(
          async ([model, baseURL, fallback]) => {
            const upstreams = [{ name: 'cloud', baseURL, models: ['good'], fallback }];
            const ingle = await window.Ingle.start({ cpu: false, upstreams });
            const asked = { model, messages: [{ role: 'user' as const, content: 'Hi' }] };
            const answer = await ingle.chat.completions.create(asked).catch(({ code }) => code);
            return typeof answer === 'string' ? answer : answer.choices[0]?.message.content;
          },
          [`${models.origin}/${models.chatModel}`, upstream.baseURL, fallback] as const,
        );
      expect(await ask('never')).toBe('webgpu_unavailable');
      expect(await upstream.log()).toEqual([]);
      expect(await countStored(page)).toBe(0);
      expect(await ask('on-unavailable')).toBe('Hello you');
      await page.context().close();
      await upstream.kill();
      await server.close();
    });
  });

  test("works on Vite's development server", async () => {
    const server = await createServer({ ...vite, root: app });
    await server.listen();
    await expectToWork(server.resolvedUrls?.local[0] ?? '');
    await server.close();
  });

  test('works when it is built with Vite', async () => {
    const outDir = await buildApp();
    const server = await preview({ ...vite, root: app, build: { outDir } });
    await expectToWork(server.resolvedUrls?.local[0] ?? '');
    await server.close();
  });
});
