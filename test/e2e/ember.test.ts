import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { fetchInPage, openBrowser } from './browser.ts';

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
  await page.goto(inject('site'));
});
afterAll(() => browser.close());

type Message = { role: string; content: string };

/** Ember's greedy answer to a request that names no model. */
async function answer(messages: Message[], more: object = {}): Promise<string> {
  const request = { messages, temperature: 0, max_tokens: 100, ...more };
  const { status, body } = await fetchInPage(page, '/v1/chat/completions', request);
  expect(status).toBe(200);
  expect(body.model).toBe('ember');
  return body.choices[0].message.content;
}

test('recalls a name over two turns', async () => {
  const told: Message = { role: 'user', content: 'My name is Ada.' };
  const greeting = await answer([told]);
  const recalled = await answer([
    told,
    { role: 'assistant', content: greeting },
    { role: 'user', content: 'What is my name?' },
  ]);
  expect(recalled).toContain('Ada');
});

test('writes a story about what it is given', async () => {
  const story = await answer([{ role: 'user', content: 'Tell me a story about a fox named Nora and a lamp.' }]);
  expect(story).toContain('Nora');
  expect(story).toContain('lamp');
});

test('returns the JSON that a schema asks for', async () => {
  const schema = {
    type: 'object',
    properties: { name: { type: 'string' }, age: { type: 'integer' } },
    required: ['name', 'age'],
    additionalProperties: false,
  };
  const text = await answer([{ role: 'user', content: 'Give me a JSON object with a name and an age.' }], {
    response_format: { type: 'json_schema', json_schema: { name: 'person', schema } },
  });
  expect(JSON.parse(text)).toEqual({ name: expect.any(String), age: expect.any(Number) });
});
