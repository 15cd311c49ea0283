import OpenAI, { BadRequestError, NotFoundError } from 'openai';
import { expect, test } from 'vitest';
import { start } from './start.ts';

const { engine, fetch } = start();
const client = new OpenAI({ apiKey: 'any', fetch });

test('a response', async () => {
  const response = await client.responses.create({
    model: 'scripted',
    instructions: 'You are brief.',
    input: 'Why is the sky blue?',
    temperature: 0.2,
    max_output_tokens: 64,
  });
  expect(response.output_text).toBe('Hello there.');
  expect(response.usage?.output_tokens).toBe(3);
  expect(engine.requests.at(-1)).toMatchObject({ maxTokens: 64, sampling: { temperature: 0.2 } });
});

test('a stream', async () => {
  const stream = await client.responses.create({ model: 'scripted', input: 'Why is the sky blue?', stream: true });
  let text = '';
  for await (const event of stream) if (event.type === 'response.output_text.delta') text += event.delta;
  expect(text).toBe('Hello there.');
});

test('the streaming helper puts the events together again', async () => {
  const stream = client.responses.stream({ model: 'scripted', input: 'Why is the sky blue?' });
  const deltas: string[] = [];
  stream.on('response.output_text.delta', event => deltas.push(event.delta));
  const response = await stream.finalResponse();
  expect(response.output_text).toBe('Hello there.');
  expect(deltas.join('')).toBe('Hello there.');
  expect(response.status).toBe('completed');
});

test('a conversation, kept on this device', async () => {
  const first = await client.responses.create({ model: 'scripted', input: 'I am Mia.' });
  const second = await client.responses.create({
    model: 'scripted',
    input: [{ role: 'user', content: [{ type: 'input_text', text: 'Who am I?' }] }],
    previous_response_id: first.id,
  });
  expect(second.previous_response_id).toBe(first.id);
  expect(JSON.stringify(engine.requests.at(-1)?.prompt)).toContain('I am Mia.');
});

test('a conversation that the client keeps: the output goes back in', async () => {
  const first = await client.responses.create({ model: 'scripted', input: 'I am Mia.', store: false });
  const answers = first.output.filter(item => item.type === 'message');
  await client.responses.create({
    model: 'scripted',
    input: [{ role: 'user', content: 'I am Mia.' }, ...answers, { role: 'user', content: 'Who am I?' }],
    store: false,
  });
  expect(JSON.stringify(engine.requests.at(-1)?.prompt)).toContain('Hello there.');
});

test('a response is found until it is deleted', async () => {
  const { id } = await client.responses.create({ model: 'scripted', input: 'Hi' });
  expect((await client.responses.retrieve(id)).output_text).toBe('Hello there.');
  await client.responses.delete(id);
  await expect(client.responses.retrieve(id)).rejects.toBeInstanceOf(NotFoundError);
  const next = client.responses.create({ model: 'scripted', input: 'Hi', previous_response_id: id });
  await expect(next).rejects.toBeInstanceOf(BadRequestError);
});

test('a failure in the middle of a stream is its last event', async () => {
  const { fetch } = start({
    beforeToken: index => {
      if (index === 2) throw new Error('the device is lost');
    },
  });
  const failing = new OpenAI({ apiKey: 'any', fetch });
  const types: string[] = [];
  const stream = await failing.responses.create({ model: 'scripted', input: 'Hi', stream: true });
  for await (const event of stream) types.push(event.type);
  expect(types.slice(-3)).toEqual(['response.output_text.delta', 'error', 'response.failed']);
});

test('breaking out of a stream stops the engine', async () => {
  const { engine, fetch } = start({ answer: Array.from({ length: 100 }, () => 'la ') });
  const endless = new OpenAI({ apiKey: 'any', fetch });
  const stream = await endless.responses.create({ model: 'scripted', input: 'Sing.', stream: true });
  for await (const event of stream) if (event.type === 'response.output_text.delta') break;
  await expect.poll(() => engine.running).toBe(0);
  expect(engine.tokensPlayed).toBeLessThan(10);
});
