import OpenAI, { BadRequestError } from 'openai';
import { zodFunction } from 'openai/helpers/zod';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { writtenCalls } from '../fixtures/tool-template.ts';
import { startSaying } from './start.ts';

function connect(...texts: readonly string[]) {
  const { engine, fetch } = startSaying(...texts);
  // In your app: fetch: ingle.fetch, and dangerouslyAllowBrowser: true.
  return { engine, client: new OpenAI({ apiKey: 'any', maxRetries: 0, fetch }) };
}

const messages = [{ role: 'user' as const, content: 'What is the weather where Mia lives?' }];

/** What your app can do, for the model to call; `parse` and `parameters` come from zod. */
const whereabouts = zodFunction({
  name: 'find_city',
  description: 'The city where somebody lives.',
  parameters: z.object({ name: z.string() }),
  function: ({ name }) => (name === 'Mia' ? 'Oslo' : 'unknown'),
});
const weather = zodFunction({
  name: 'get_weather',
  description: 'The weather in a city.',
  parameters: z.object({ city: z.string() }),
  function: ({ city }) => ({ city, sky: 'rain' }),
});
const ROUNDS = [
  writtenCalls(['find_city', { name: 'Mia' }]),
  `She is in Oslo.\n${writtenCalls(['get_weather', { city: 'Oslo' }])}`,
  'It rains in Oslo.',
];

test('runTools calls two tools over several rounds', async () => {
  const { client, engine } = connect(...ROUNDS);
  const runner = client.chat.completions.runTools({ model: 'scripted', messages, tools: [whereabouts, weather] });
  expect(await runner.finalContent()).toBe('It rains in Oslo.');
  expect(runner.messages.map(({ role }) => role)).toEqual([
    'user',
    'assistant',
    'tool',
    'assistant',
    'tool',
    'assistant',
  ]);
  const prompt = JSON.stringify(engine.requests.at(-1)?.prompt);
  expect(prompt).toContain('tool: Oslo');
  expect(prompt).toContain('She is in Oslo.');
});

test('runTools as a stream', async () => {
  const { client } = connect(...ROUNDS);
  const runner = client.chat.completions.runTools({
    model: 'scripted',
    messages,
    stream: true,
    tools: [whereabouts, weather],
  });
  const called: string[] = [];
  runner.on('functionToolCall', ({ name, arguments: json }) => called.push(`${name}(${json})`));
  let text = '';
  runner.on('content', delta => {
    text += delta;
  });
  expect(await runner.finalContent()).toBe('It rains in Oslo.');
  expect(called).toEqual(['find_city({"name":"Mia"})', 'get_weather({"city":"Oslo"})']);
  expect(text).toBe('She is in Oslo.It rains in Oslo.');
});

test('parse gives the arguments of calls as values', async () => {
  const { client } = connect(writtenCalls(['find_city', { name: 'Mia' }], ['get_weather', { city: 'Oslo' }]));
  const { choices } = await client.chat.completions.parse({
    model: 'scripted',
    messages,
    tools: [whereabouts, weather],
    tool_choice: 'required',
  });
  expect(choices[0]?.finish_reason).toBe('tool_calls');
  expect(choices[0]?.message.tool_calls?.map(call => call.function.parsed_arguments)).toEqual([
    { name: 'Mia' },
    { city: 'Oslo' },
  ]);
});

test('a stream tells of calls as they are written', async () => {
  const { client } = connect(ROUNDS[1] ?? '');
  const stream = client.chat.completions.stream({ model: 'scripted', messages, tools: [whereabouts, weather] });
  const deltas: string[] = [];
  const done: unknown[] = [];
  stream.on('tool_calls.function.arguments.delta', ({ arguments_delta }) => deltas.push(arguments_delta));
  stream.on('tool_calls.function.arguments.done', ({ name, parsed_arguments }) => done.push([name, parsed_arguments]));
  const completion = await stream.finalChatCompletion();
  expect(deltas.length).toBeGreaterThan(1);
  expect(deltas.join('')).toBe('{"city":"Oslo"}');
  expect(done).toEqual([['get_weather', { city: 'Oslo' }]]);
  expect(completion.choices[0]?.message).toMatchObject({
    content: 'She is in Oslo.',
    tool_calls: [{ function: { name: 'get_weather', parsed_arguments: { city: 'Oslo' } } }],
  });
});

test('a stream whose model thinks first', async () => {
  const { client } = connect(`<think>\nMia lives in Oslo.\n</think>\n\n${ROUNDS[2]}`);
  const stream = await client.chat.completions.create({ model: 'scripted', messages, stream: true });
  let thought = '';
  let text = '';
  for await (const chunk of stream) {
    const delta: { content?: string | null; reasoning_content?: string } = chunk.choices[0]?.delta ?? {};
    thought += delta.reasoning_content ?? '';
    text += delta.content ?? '';
  }
  expect(thought).toBe('Mia lives in Oslo.');
  expect(text).toBe('It rains in Oslo.');
});

test('functions, as clients spoke of them before there were tools', async () => {
  const { client } = connect(ROUNDS[0] ?? '', ROUNDS[2] ?? '');
  const functions = [{ name: 'find_city', parameters: { type: 'object', properties: { name: { type: 'string' } } } }];
  const { choices } = await client.chat.completions.create({ model: 'scripted', messages, functions });
  const [choice] = choices;
  expect(choice?.finish_reason).toBe('function_call');
  expect(choice?.message.function_call).toEqual({ name: 'find_city', arguments: '{"name":"Mia"}' });
  const next = await client.chat.completions.create({
    model: 'scripted',
    messages: [
      ...messages,
      ...choices.map(({ message }) => message),
      { role: 'function', name: 'find_city', content: 'Oslo' },
    ],
    functions,
  });
  expect(next.choices[0]?.message.content).toBe('It rains in Oslo.');
});

test('an answer to a call that nobody made is a BadRequestError', async () => {
  const { client } = connect();
  const failed = client.chat.completions.create({
    model: 'scripted',
    messages: [...messages, { role: 'tool', tool_call_id: 'call_1', content: 'Oslo' }],
  });
  await expect(failed).rejects.toBeInstanceOf(BadRequestError);
  await expect(failed).rejects.toMatchObject({ param: 'messages[1].tool_call_id' });
});
