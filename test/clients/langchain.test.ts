import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { start } from './start.ts';

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

test('embedDocuments', async () => {
  const embeddings = new OpenAIEmbeddings({ model: 'scripted', apiKey: 'local', configuration });
  const vectors = await embeddings.embedDocuments(['one', 'two words']);
  expect(vectors.map(vector => vector.length)).toEqual([4, 4]);
});
