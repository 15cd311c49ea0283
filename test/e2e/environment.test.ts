import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { goldenAbsent, goldenPath } from '../fixtures/golden.ts';
import { fetchInPage, openBrowser, openBrowserWithoutStorage, openBrowserWithoutWebGpu } from './browser.ts';
import { ModelServer } from './model-server.ts';
import { serveSite } from './site.ts';

const GOLDEN = ['stories260K-f32', 'stories260K-q8_0-mixed', 'TinyStories-656K-Q4_0', 'TinyStories-656K-Q8_0'];

let server: ModelServer;
let model: string;

beforeAll(async () => {
  server = await ModelServer.start();
  model = `${server.origin}/${server.chatModel}`;
});
afterAll(() => server.stop());

/** Of a golden file's first case: what was read up to each token, and the likeliest log-probabilities after it. */
async function readReference(name: string): Promise<{ ids: number[]; logprobs: number[] }[]> {
  const { cases } = JSON.parse(await readFile(goldenPath(`models/${name}.golden.json`), 'utf8'));
  const { prompt_ids, greedy_ids, logits_file, logits_shape } = cases[0];
  const bytes = await readFile(goldenPath(`models/${logits_file}`));
  const logits = new Float32Array(new Uint8Array(bytes).buffer);
  const [rows, width] = logits_shape;
  return Array.from({ length: rows }, (_, row) => {
    const sorted = [...logits.subarray(row * width, (row + 1) * width)].sort((a, b) => b - a);
    const total = Math.log(sorted.reduce((sum, logit) => sum + Math.exp(logit), 0));
    return {
      ids: [...prompt_ids, ...greedy_ids].slice(0, row + 1),
      logprobs: sorted.slice(0, 5).map(logit => logit - total),
    };
  });
}

async function open(browser: Browser | BrowserContext): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${inject('site')}#models`);
  return page;
}

async function load(page: Page): Promise<void> {
  await page.getByLabel('Address of a GGUF file').fill(model);
  await page.getByRole('button', { name: 'Load', exact: true }).click();
}

/** What the page has fetched of llama.cpp. */
function llamaFiles(page: Page): string[] {
  const files: string[] = [];
  page.context().on('request', request => /llama/.test(request.url()) && files.push(new URL(request.url()).pathname));
  return files;
}

describe('a browser without WebGPU', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowserWithoutWebGpu();
  });
  afterAll(() => browser.close());

  test('is told that models run on the processor, and they do', async () => {
    const page = await open(browser);
    const files = llamaFiles(page);
    await page.getByText('models run on the processor').waitFor();
    await load(page);
    await page.getByLabel('Message').fill('Once upon a time');
    await page.keyboard.press('Enter');
    const answer = page.locator('.assistant').last();
    await answer.locator('.figures').getByText('on the processor').waitFor();
    expect((await answer.locator('.prose').textContent())?.trim()).not.toBe('');
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await page.locator('#model-button').getAttribute('title')).toBe("On this device's processor");
    expect(files.join()).toMatch(/wllama.*\.wasm/);
  });

  test('writes JSON and calls tools all the same', async () => {
    const page = await open(browser);
    const ask = async (content: string, more: object) => {
      const request = {
        model: 'ember',
        messages: [{ role: 'user', content }],
        temperature: 0,
        max_tokens: 60,
        ...more,
      };
      const { status, body } = await fetchInPage(page, '/v1/chat/completions', request);
      expect({ status, by: body.system_fingerprint }).toEqual({
        status: 200,
        by: expect.stringMatching(/^ingle-wasm-/),
      });
      return body.choices[0].message;
    };
    const schema = { type: 'object', properties: { age: { type: 'integer', maximum: 99 } }, required: ['age'] };
    const format = { type: 'json_schema', json_schema: { name: 'person', schema } };
    const { content } = await ask('Extract the age as JSON: Omar is 41.', { response_format: format });
    expect(JSON.parse(content)).toEqual({ age: expect.any(Number) });
    const parameters = { type: 'object', properties: { city: { enum: ['Oslo', 'Lund'] } }, required: ['city'] };
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }];
    const { tool_calls: calls } = await ask('What is the weather in Oslo?', { tools, tool_choice: 'required' });
    expect(calls).toMatchObject([{ function: { name: 'get_weather' } }]);
    expect(JSON.parse(calls[0].function.arguments)).toEqual({ city: expect.stringMatching(/^(Oslo|Lund)$/) });
  });

  test.for(GOLDEN)('finds for %s the log-probabilities of the reference', async (name, ctx) => {
    if (goldenAbsent !== undefined) ctx.skip(goldenAbsent);
    const page = await open(browser);
    const reference = await readReference(name);
    // llama.cpp rounds the activations that it multiplies with quantised weights to eight bits.
    const tolerance = name.endsWith('f32') ? 0.02 : 0.5;
    for (const { ids, logprobs } of reference) {
      const request = { prompt: ids, temperature: 0, max_tokens: 1, ignore_eos: true, logprobs: 5 };
      const answer = await fetchInPage(page, '/v1/completions', { model: `${server.origin}/${name}.gguf`, ...request });
      expect(answer).toMatchObject({
        status: 200,
        body: { system_fingerprint: expect.stringMatching(/^ingle-wasm-/) },
      });
      const found: number[] = Object.values(answer.body.choices[0].logprobs.top_logprobs[0]);
      for (const [rank, logprob] of found.sort((a, b) => b - a).entries()) {
        expect(Math.abs(logprob - (logprobs[rank] ?? 0))).toBeLessThan(tolerance);
      }
    }
  });

  test('uses several threads where the page is cross-origin isolated', { timeout: 120_000 }, async () => {
    const isolated = await serveSite({
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    });
    const page = await browser.newPage();
    const files = llamaFiles(page);
    await page.goto(isolated.url);
    const messages = [{ role: 'user', content: 'Hello' }];
    const request = { model: 'ember', messages, temperature: 0, max_tokens: 16 };
    const { status, body } = await fetchInPage(page, '/v1/chat/completions', request);
    expect({ status, text: body.choices[0].message.content }).toEqual({
      status: 200,
      text: expect.stringMatching(/^Hello! I'm Ember/),
    });
    expect(files.filter(file => /wllama.*\.js/.test(file)).length).toBeGreaterThan(1); // each thread runs it
    await isolated.close();
  });
});

test('a browser with WebGPU fetches nothing of llama.cpp', async () => {
  const browser = await openBrowser();
  const page = await open(browser);
  const files = llamaFiles(page);
  const answer = await fetchInPage(page, '/v1/completions', { model: 'ember', prompt: 'Hello', max_tokens: 2 });
  expect(answer.body.system_fingerprint).toMatch(/^ingle-native-/);
  expect(files).toEqual([]);
  await browser.close();
});

describe('a browser that keeps no data', () => {
  let browser: BrowserContext;
  beforeAll(async () => {
    browser = await openBrowserWithoutStorage();
  });
  afterAll(() => browser.close());

  test('says that models cannot be stored and /v1 is not there, and downloads nothing', async () => {
    const before = server.requests.length;
    const page = await open(browser);
    await page.getByRole('alert').getByText('engine_unavailable').waitFor();
    await load(page);
    await page.getByRole('alert').getByText('storage_unavailable').first().waitFor();
    expect(server.requests.length).toBe(before);
  });
});
