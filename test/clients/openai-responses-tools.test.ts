import OpenAI from 'openai';
import { zodResponsesFunction } from 'openai/helpers/zod';
import type { ResponseInput } from 'openai/resources/responses/responses';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { writtenCalls } from '../fixtures/tool-template.ts';
import { startSaying } from './start.ts';

function connect(...texts: readonly string[]) {
  const { engine, fetch } = startSaying(...texts);
  return { engine, client: new OpenAI({ apiKey: 'any', maxRetries: 0, fetch }) };
}

const weather = zodResponsesFunction({
  name: 'get_weather',
  description: 'The weather in a city.',
  parameters: z.object({ city: z.string() }),
});
const call = writtenCalls(['get_weather', { city: 'Oslo' }]);
const input = 'What is the weather in Oslo?';

test('a call, its answer, and the response to that', async () => {
  const { client, engine } = connect(`<think>Look it up.</think>${call}`, 'It rains.');
  const first = await client.responses.parse({ model: 'scripted', input, tools: [weather], tool_choice: 'required' });
  const [thought, made] = first.output;
  expect(thought).toMatchObject({ type: 'reasoning', content: [{ text: 'Look it up.' }] });
  if (made?.type !== 'function_call') throw new Error('no call');
  expect(made.parsed_arguments).toEqual({ city: 'Oslo' });
  const second = await client.responses.create({
    model: 'scripted',
    previous_response_id: first.id,
    input: [{ type: 'function_call_output', call_id: made.call_id, output: 'rain' }],
    tools: [weather],
  });
  expect(second.output_text).toBe('It rains.');
  expect(JSON.stringify(engine.requests.at(-1)?.prompt)).toContain('tool: rain');

  const items: string[] = [];
  for await (const item of client.responses.inputItems.list(second.id, { order: 'asc', limit: 2 }))
    items.push(item.type);
  expect(items).toEqual(['message', 'reasoning', 'function_call', 'function_call_output']);
});

test('a conversation that the client keeps', async () => {
  const { client, engine } = connect(call, 'It rains.');
  const items: ResponseInput = [{ role: 'user', content: input }];
  for (let round = 0; round < 2; round++) {
    const { output } = await client.responses.create({
      model: 'scripted',
      input: items,
      tools: [weather],
      store: false,
    });
    for (const item of output) {
      if (item.type !== 'function_call' && item.type !== 'message') continue;
      items.push(item);
      if (item.type === 'message') continue;
      items.push({ type: 'function_call_output', call_id: item.call_id, output: 'rain' });
    }
  }
  expect(engine.requests).toHaveLength(2);
  expect(items.at(-1)).toMatchObject({ type: 'message', content: [{ text: 'It rains.' }] });
});

test('a stream, put together again', async () => {
  const { client } = connect(`<think>Look it up.</think>I look.\n${call}`);
  const stream = client.responses.stream({ model: 'scripted', input, tools: [weather] });
  const deltas: string[] = [];
  stream.on('response.function_call_arguments.delta', ({ delta }) => deltas.push(delta));
  const response = await stream.finalResponse();
  expect(deltas.join('')).toBe('{"city":"Oslo"}');
  expect(response.output.map(({ type }) => type)).toEqual(['reasoning', 'message', 'function_call']);
  expect(response.output_text).toBe('I look.');
});
