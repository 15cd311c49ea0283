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

test('calls a tool for what it cannot know, and tells what it was answered', { timeout: 180_000 }, async () => {
  const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }];
  const question = { role: 'user', content: 'What is the weather in Oslo?' };
  const request = { messages: [question], tools, temperature: 0, max_tokens: 100 };
  const { body } = await fetchInPage(page, '/v1/chat/completions', request);
  const [{ message, finish_reason }] = body.choices;
  expect(finish_reason).toBe('tool_calls');
  const [call] = message.tool_calls;
  expect(call.function.name).toBe('get_weather');
  expect(JSON.parse(call.function.arguments)).toEqual({ city: 'Oslo' });
  const result = { role: 'tool', tool_call_id: call.id, content: '{"city": "Oslo", "sky": "rain"}' };
  const told = await fetchInPage(page, '/v1/chat/completions', { ...request, messages: [question, message, result] });
  expect(told.body.choices[0].message.content).toMatch(/rain/);
});
