/** `npm run test:mlc`: a real decode by the mlc engine, in Chromium; `mlc-options.ts` has what it takes. */
import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, join, resolve } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright';
import { type Plugin, preview } from 'vite';
import type { Ingle } from '../src/index.ts';
import { main as build } from './build.ts';
import { findChromium } from './chromium.mjs';
import { type MlcOptions, readMlcOptions } from './mlc-options.ts';

const ROOT = resolve(import.meta.dirname, '..');
const FLAGS = ['--no-sandbox', '--enable-unsafe-webgpu', '--ignore-gpu-blocklist'];
const GPU_FLAGS = ['--enable-features=Vulkan'];
const SOFTWARE_FLAGS = ['--use-webgpu-adapter=swiftshader'];
const OUT_DIR = join(ROOT, 'node_modules/.cache/ingle/test-mlc');
const PAGE = `<!doctype html><link rel="icon" href="data:,"><script type="module">
  import { Ingle } from './index.js';
  const record = { model: '/mlc/', model_id: 'test', model_lib: '/mlc/model.wasm' };
  window.ingle = await Ingle.start({ mlcModels: [record], model: 'mlc:test' });
</script>`;

declare global {
  interface Window {
    ingle: Ingle;
  }
}

export async function main(args: string[]): Promise<number> {
  const options = readMlcOptions(args);
  if (typeof options === 'string') {
    console.error(options);
    return 2;
  }
  const { webllm, software } = options;
  await build([OUT_DIR]);
  if (webllm) await copyFile(installWebLlm(webllm), join(OUT_DIR, 'web-llm.js'));
  await writeFile(join(OUT_DIR, 'index.html'), PAGE);
  const fetched: string[] = [];
  const server = await preview({
    configFile: false,
    root: OUT_DIR,
    logLevel: 'error',
    build: { outDir: '.' },
    plugins: [serveModel(options, fetched)],
    preview: { host: '127.0.0.1', port: 0 },
  });
  const browser = await chromium.launch({
    executablePath: findChromium() ?? 'chromium',
    args: [...FLAGS, ...(software ? SOFTWARE_FLAGS : GPU_FLAGS)],
  });
  try {
    return await check(await browser.newContext(), server.resolvedUrls?.local[0] ?? '', fetched);
  } finally {
    await browser.close();
    await server.close();
  }
}

/** The package of this version, as one file. */
function installWebLlm(version: string): string {
  const folder = join(ROOT, 'node_modules/.cache/ingle/web-llm', version);
  const spec = `@mlc-ai/web-llm@${version}`;
  const install = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--no-save', spec];
  const { status } = spawnSync('npm', install, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${spec} could not be installed`);
  return join(folder, 'node_modules/@mlc-ai/web-llm/lib/index.js');
}

/** The model's files, as its repository would have them, below `/mlc/`. */
function serveModel({ lib, weights, config }: MlcOptions, fetched: string[]): Plugin {
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const name = basename(request.url ?? '');
    fetched.push(name);
    const path = name === 'model.wasm' ? lib : name === 'mlc-chat-config.json' ? config : join(weights, name);
    if (!existsSync(path)) return response.writeHead(404).end();
    if (name.endsWith('.json')) response.setHeader('content-type', 'application/json');
    return createReadStream(path).pipe(response);
  };
  return { name: 'ingle:mlc-model', configurePreviewServer: ({ middlewares }) => void middlewares.use('/mlc', answer) };
}

async function open(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', error => console.error(error.message));
  await page.goto(url);
  await page.waitForFunction(() => window.ingle !== undefined);
  return page;
}

/** Runs the checks in order; each tells what it found, or throws. */
async function check(context: BrowserContext, url: string, fetched: string[]): Promise<number> {
  let page = await open(context, url);
  const checks: Record<string, () => Promise<string>> = {
    load: () => page.evaluate(async () => JSON.stringify(await window.ingle.models.load('mlc:test'))),
    'streaming chat': () => page.evaluate(streamChat),
    'JSON Schema': () => page.evaluate(answerInJson),
    'a forced tool call': () => page.evaluate(callTool),
    abort: () => page.evaluate(abort),
    'reload from IndexedDB': async () => {
      await page.close();
      fetched.length = 0;
      page = await open(context, url);
      const text = await page.evaluate(streamChat);
      if (fetched.length > 0) throw new Error(`fetched again: ${fetched.join(', ')}`);
      return text;
    },
    delete: () =>
      page.evaluate(async () => {
        await window.ingle.models.delete('mlc:test');
        const left = (await window.ingle.models.list()).filter(({ id, stored }) => id === 'mlc:test' && stored);
        if (left.length > 0) throw new Error('it is still listed as stored');
        return 'gone';
      }),
  };
  let failures = 0;
  for (const [name, run] of Object.entries(checks)) {
    const start = performance.now();
    const outcome = await run().catch((error: Error) => {
      failures++;
      // Playwright says where it was thrown, and by an error of which minified name.
      return `FAILED: ${error.message.split('\n')[0]?.replace(/^page\.evaluate: (\w+: )?/, '')}`;
    });
    console.log(`${name} (${((performance.now() - start) / 1000).toFixed(1)} s): ${outcome.slice(0, 200)}`);
    if (name === 'load' && failures > 0) break;
  }
  return failures === 0 ? 0 : 1;
}

// What follows runs in the page.

async function streamChat(): Promise<string> {
  const messages = [{ role: 'user' as const, content: 'Say hello in five words.' }];
  const asked = { model: 'mlc:test', messages, max_completion_tokens: 32, temperature: 0, seed: 1 };
  let text = '';
  for await (const { choices } of await window.ingle.chat.completions.create({ ...asked, stream: true })) {
    text += choices[0]?.delta.content ?? '';
  }
  const { choices, usage } = await window.ingle.chat.completions.create(asked);
  if (text === '' || choices[0]?.message.content !== text) throw new Error(`streamed ${JSON.stringify(text)} only`);
  return `${JSON.stringify(text)}, ${usage?.completion_tokens} tokens`;
}

async function answerInJson(): Promise<string> {
  const properties = { name: { type: 'string', maxLength: 20 }, age: { type: 'integer', minimum: 1, maximum: 99 } };
  const schema = { type: 'object', properties, required: ['name', 'age'], additionalProperties: false };
  const { choices } = await window.ingle.chat.completions.create({
    model: 'mlc:test',
    messages: [{ role: 'user', content: 'Make up a person.' }],
    response_format: { type: 'json_schema', json_schema: { name: 'person', schema, strict: true } },
    max_completion_tokens: 64,
  });
  const person = JSON.parse(choices[0]?.message.content ?? '');
  if (typeof person.name !== 'string' || !Number.isInteger(person.age)) throw new Error(JSON.stringify(person));
  return JSON.stringify(person);
}

async function callTool(): Promise<string> {
  const parameters = { type: 'object', properties: { city: { type: 'string', maxLength: 20 } }, required: ['city'] };
  const { choices } = await window.ingle.chat.completions.create({
    model: 'mlc:test',
    messages: [{ role: 'user', content: 'What is the weather in Oslo?' }],
    tools: [{ type: 'function', function: { name: 'get_weather', parameters } }],
    tool_choice: 'required',
    max_completion_tokens: 64,
  });
  const [call] = choices[0]?.message.tool_calls ?? [];
  if (call?.type !== 'function' || call.function.name !== 'get_weather') throw new Error(JSON.stringify(choices));
  return call.function.arguments;
}

async function abort(): Promise<string> {
  const messages = [{ role: 'user' as const, content: 'Count to a thousand.' }];
  const stream = await window.ingle.chat.completions.create({ model: 'mlc:test', messages, stream: true });
  let pieces = 0;
  for await (const _ of stream) if (++pieces === 5) break;
  const start = performance.now();
  await window.ingle.chat.completions.create({ model: 'mlc:test', messages, max_completion_tokens: 1 });
  return `the next answer came after ${Math.round(performance.now() - start)} ms`;
}
