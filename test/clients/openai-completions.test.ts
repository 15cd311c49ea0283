import OpenAI from 'openai';
import { expect, test } from 'vitest';
import { start } from './start.ts';

const { engine, fetch } = start({ answer: [' a', ' time'] });
const client = new OpenAI({ apiKey: 'any', fetch });

test('a text is continued', async () => {
  const completion = await client.completions.create({ model: 'scripted', prompt: 'Once upon', max_tokens: 8 });
  expect(completion.choices[0]?.text).toBe(' a time');
  expect(completion.choices[0]?.finish_reason).toBe('stop');
  expect(completion.usage?.total_tokens).toBe(4);
});

test('a stream', async () => {
  const stream = await client.completions.create({
    model: 'scripted',
    prompt: 'Once upon',
    stream: true,
    stream_options: { include_usage: true },
  });
  let text = '';
  let total = 0;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.text ?? '';
    total = chunk.usage?.total_tokens ?? total;
  }
  expect(text).toBe(' a time');
  expect(total).toBe(4);
});

test('several texts at once, with the likeliest alternatives of each token', async () => {
  const completion = await client.completions.create({
    model: 'scripted',
    prompt: ['Once upon', 'Twice upon'],
    echo: false,
    logprobs: 1,
  });
  expect(completion.choices.map(({ text }) => text)).toEqual([' a time', ' a time']);
  expect(completion.choices[1]?.logprobs?.tokens).toEqual([' a', ' time']);
});

test('the ids of tokens', async () => {
  await client.completions.create({ model: 'scripted', prompt: [1, 2, 3] });
  expect(engine.requests.at(-1)?.prompt).toEqual({ ids: [1, 2, 3] });
});
