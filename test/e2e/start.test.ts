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
  address = await new Promise((resolve, reject) => {
    let output = '';
    // Read to its end: a server that can write no more would die of it.
    server.stdout?.on('data', text => {
      output += text;
      const [found] = /http:\/\/127\.0\.0\.1:\d+\//.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    });
    server.on('exit', () => reject(new Error(`npm start printed no address:\n${output}`)));
  });
});
afterAll(async () => {
  server.kill();
  await browser.close();
});

test('npm start serves a demo that chats without a click, and answers /v1', { timeout: 180_000 }, async () => {
  const page = await browser.newPage();
  await page.goto(address);
  await page.getByRole('button', { name: 'Who are you?' }).click({ timeout: 120_000 });
  await page.locator('.assistant .figures').waitFor();
  expect(await page.locator('.assistant .prose').textContent()).toContain('Ember');
  const answer = await fetchInPage(page, '/v1/chat/completions', {
    messages: [{ role: 'user', content: 'Hello' }],
    max_tokens: 3,
  });
  expect(answer.body).toMatchObject({ model: 'ember', usage: { completion_tokens: 3 } });
});
