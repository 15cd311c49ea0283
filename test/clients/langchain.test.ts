import { type AIMessageChunk, type BaseMessage, HumanMessage, SystemMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { writtenCalls } from '../fixtures/tool-template.ts';
import { start, startSaying } from './start.ts';

const { engine, fetch } = start();
// In your app: fetch: ingle.fetch, and dangerouslyAllowBrowser: true.
const configuration = { fetch, baseURL: 'http://localhost/v1' };
const chat = new ChatOpenAI({ model: 'scripted', apiKey: 'local', temperature: 0.2, maxTokens: 64, configuration });

test('invoke', async () => {
  const message = await chat.invoke([new SystemMessage('You are brief.'), new HumanMessage('Why is the sky blue?')]);
  expect(message.content).toBe('Hello there.');
  expect(message.usage_metadata).toMatchObject({ output_tokens: 3 });
  expect(engine.requests.at(-1)).toMatchObject({ maxTokens: 64, sampling: { temperature: 0.2 } });
});

test('stream', async () => {
  let text = '';
  for await (const chunk of await chat.stream('Why is the sky blue?')) text += chunk.content;
  expect(text).toBe('Hello there.');
});

test('withStructuredOutput', async () => {
  const { engine, fetch } = start({ answer: ['{"name":', '"Mia","age":7}'] });
  const configuration = { fetch, baseURL: 'http://localhost/v1' };
  const person = new ChatOpenAI({ model: 'scripted', apiKey: 'local', configuration }).withStructuredOutput(
    z.object({ name: z.string(), age: z.number() }),
    { name: 'person', method: 'jsonSchema' },
  );
  expect(await person.invoke('Mia is seven.')).toEqual({ name: 'Mia', age: 7 });
  expect(engine.requests[0]?.grammar).toMatchObject({ kind: 'json-schema', schema: { required: ['name', 'age'] } });
});

test('withStructuredOutput, by a call that must be made', async () => {
  const { engine, fetch } = startSaying(writtenCalls(['person', { name: 'Mia', age: 7 }]));
  const configuration = { fetch, baseURL: 'http://localhost/v1' };
  const person = new ChatOpenAI({ model: 'scripted', apiKey: 'local', configuration }).withStructuredOutput(
    z.object({ name: z.string(), age: z.number() }),
    { name: 'person', method: 'functionCalling' },
  );
  expect(await person.invoke('Mia is seven.')).toEqual({ name: 'Mia', age: 7 });
  expect(engine.requests[0]?.grammar).toMatchObject({ kind: 'structural-tag' });
});

/** What your app can do, for the model to call. */
const weather = tool(({ city }) => `rain in ${city}`, {
  name: 'get_weather',
  description: 'The weather in a city.',
  schema: z.object({ city: z.string() }),
});
const call = writtenCalls(['get_weather', { city: 'Oslo' }]);

test('bindTools: calls are made, and answered', async () => {
  const { engine, fetch } = startSaying(call, 'It rains in Oslo.');
  const configuration = { fetch, baseURL: 'http://localhost/v1' };
  const chat = new ChatOpenAI({ model: 'scripted', apiKey: 'local', configuration }).bindTools([weather]);
  const messages: BaseMessage[] = [new HumanMessage('What is the weather in Oslo?')];
  const asked = await chat.invoke(messages);
  expect(asked.tool_calls).toMatchObject([{ name: 'get_weather', args: { city: 'Oslo' } }]);
  messages.push(asked);
  for (const made of asked.tool_calls ?? []) messages.push(await weather.invoke({ ...made, type: 'tool_call' }));
  expect((await chat.invoke(messages)).content).toBe('It rains in Oslo.');
  expect(JSON.stringify(engine.requests[1]?.prompt)).toContain('tool: rain in Oslo');
});

test('bindTools: a stream of calls', async () => {
  const { fetch } = startSaying(`I look.\n${call}`);
  const configuration = { fetch, baseURL: 'http://localhost/v1' };
  const chat = new ChatOpenAI({ model: 'scripted', apiKey: 'local', configuration }).bindTools([weather]);
  let whole: AIMessageChunk | undefined;
  for await (const chunk of await chat.stream('What is the weather in Oslo?')) whole = whole?.concat(chunk) ?? chunk;
  expect(whole?.content).toBe('I look.');
  expect(whole?.tool_calls).toMatchObject([{ name: 'get_weather', args: { city: 'Oslo' } }]);
});

test('embedDocuments', async () => {
  const embeddings = new OpenAIEmbeddings({ model: 'scripted', apiKey: 'local', configuration });
  const vectors = await embeddings.embedDocuments(['one', 'two words']);
  expect(vectors.map(vector => vector.length)).toEqual([4, 4]);
});
