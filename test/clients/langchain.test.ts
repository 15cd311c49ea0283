import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import { expect, test } from 'vitest';
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

test('embedDocuments', async () => {
  const embeddings = new OpenAIEmbeddings({ model: 'scripted', apiKey: 'local', configuration });
  const vectors = await embeddings.embedDocuments(['one', 'two words']);
  expect(vectors.map(vector => vector.length)).toEqual([4, 4]);
});
