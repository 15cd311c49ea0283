import OpenAI from 'openai';
import { zodResponseFormat, zodTextFormat } from 'openai/helpers/zod';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { start } from './start.ts';

const { engine, fetch } = start({ answer: ['{"name":', '"Mia",', '"age":7}'] });
const client = new OpenAI({ apiKey: 'any', fetch });

const person = z.object({ name: z.string(), age: z.number() });
const messages = [{ role: 'user' as const, content: 'Mia is seven.' }];
const grammar = { kind: 'json-schema', schema: { required: ['name', 'age'] }, strict: true };

test('chat.completions.parse', async () => {
  const completion = await client.chat.completions.parse({
    model: 'scripted',
    messages,
    response_format: zodResponseFormat(person, 'person'),
  });
  expect(completion.choices[0]?.message.parsed).toEqual({ name: 'Mia', age: 7 });
  expect(engine.requests.at(-1)?.grammar).toMatchObject(grammar);
});

test('chat.completions.stream, with the value as it grows', async () => {
  const stream = client.chat.completions.stream({
    model: 'scripted',
    messages,
    response_format: zodResponseFormat(person, 'person'),
  });
  const values: unknown[] = [];
  stream.on('content.delta', ({ parsed }) => values.push(parsed));
  expect((await stream.finalChatCompletion()).choices[0]?.message.parsed).toEqual({ name: 'Mia', age: 7 });
  expect(values).toContainEqual({ name: 'Mia' });
});

test('responses.parse', async () => {
  const response = await client.responses.parse({
    model: 'scripted',
    input: 'Mia is seven.',
    text: { format: zodTextFormat(person, 'person') },
  });
  expect(response.output_parsed).toEqual({ name: 'Mia', age: 7 });
  expect(engine.requests.at(-1)?.grammar).toMatchObject(grammar);
});
