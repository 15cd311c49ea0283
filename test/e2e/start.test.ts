import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchInPage, openBrowser } from './browser.ts';

let server: ChildProcess;
let browser: Browser;
let address: string;

beforeAll(async () => {
  browser = await openBrowser();
  server = spawn(process.execPath, ['scripts/start.mjs', '--host', '127.0.0.1', '--port', '0'], {
    cwd: resolve(import.meta.dirname, '../..'),
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const text of server.stdout ?? []) {
    output += text;
    const [found] = /http:\/\/127\.0\.0\.1:\d+\//.exec(output) ?? [];
    if (found !== undefined) {
      address = found;
      return;
    }
  }
  throw new Error(`npm start printed no address:\n${output}`);
});
afterAll(async () => {
  server.kill();
  await browser.close();
});

test('npm start serves a demo that runs a model and answers /v1', async () => {
  const page = await browser.newPage();
  await page.goto(address);
  await page.locator('.offer', { hasText: '(dev)' }).first().click();
  await page.getByLabel('Message').waitFor();
  const { status, body } = await fetchInPage(page, '/v1/models');
  expect(status).toBe(200);
  const model: string = body.data[0].id;
  const request = { model, messages: [{ role: 'user', content: 'Once upon a time' }], max_tokens: 3 };
  const answer = await fetchInPage(page, '/v1/chat/completions', request);
  expect(answer.body.usage.completion_tokens).toBe(3);
});
