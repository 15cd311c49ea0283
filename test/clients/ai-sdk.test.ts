import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, embedMany, generateObject, generateText, stepCountIs, streamText, tool } from 'ai';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { writtenCalls } from '../fixtures/tool-template.ts';
import { start, startSaying } from './start.ts';

const { engine, fetch } = start();
// In your app: fetch: ingle.fetch. The host is never asked.
const ingle = createOpenAICompatible({ name: 'ingle', baseURL: 'http://localhost/v1', includeUsage: true, fetch });

test('generateText', async () => {
  const { text, finishReason, usage } = await generateText({
    model: ingle('scripted'),
    system: 'You are brief.',
    prompt: 'Why is the sky blue?',
    temperature: 0.2,
    maxOutputTokens: 64,
    seed: 7,
  });
  expect(text).toBe('Hello there.');
  expect(finishReason).toBe('stop');
  expect(usage.outputTokens).toBe(3);
  expect(engine.requests.at(-1)).toMatchObject({ maxTokens: 64, sampling: { temperature: 0.2, seed: 7 } });
});

test('streamText', async () => {
  const { textStream, usage } = streamText({ model: ingle('scripted'), prompt: 'Why is the sky blue?' });
  const pieces: string[] = [];
  for await (const piece of textStream) pieces.push(piece);
  expect(pieces).toEqual(['Hello', ' there', '.']);
  expect((await usage).totalTokens).toBeGreaterThan(3);
});

test('streamText, aborted', async () => {
  const { engine, fetch } = start({ answer: Array.from({ length: 100 }, () => 'la ') });
  const slow = createOpenAICompatible({ name: 'ingle', baseURL: 'http://localhost/v1', fetch });
  const controller = new AbortController();
  const { textStream } = streamText({
    model: slow('scripted'),
    prompt: 'Sing.',
    abortSignal: controller.signal,
    onError: () => {}, // or it goes to the console
  });
  for await (const _ of textStream) controller.abort();
  await expect.poll(() => engine.running).toBe(0);
  expect(engine.tokensPlayed).toBeLessThan(10);
});

test('generateObject', async () => {
  const { engine, fetch } = start({ answer: ['{"name":', '"Mia","age":7}'] });
  const structured = createOpenAICompatible({
    name: 'ingle',
    baseURL: 'http://localhost/v1',
    supportsStructuredOutputs: true,
    fetch,
  });
  const { object } = await generateObject({
    model: structured('scripted'),
    schema: z.object({ name: z.string(), age: z.number() }),
    prompt: 'Mia is seven.',
  });
  expect(object).toEqual({ name: 'Mia', age: 7 });
  expect(engine.requests[0]?.grammar).toMatchObject({ kind: 'json-schema', schema: { required: ['name', 'age'] } });
});

/** What your app can do, for the model to call. */
const tools = {
  find_city: tool({
    description: 'The city where somebody lives.',
    inputSchema: z.object({ name: z.string() }),
    execute: async ({ name }) => (name === 'Mia' ? 'Oslo' : 'unknown'),
  }),
  get_weather: tool({
    description: 'The weather in a city.',
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => ({ city, sky: 'rain' }),
  }),
};

function calling() {
  return startSaying(
    `<think>Where is she?</think>${writtenCalls(['find_city', { name: 'Mia' }])}`,
    `She is in Oslo.\n${writtenCalls(['get_weather', { city: 'Oslo' }])}`,
    'It rains in Oslo.',
  );
}

test('generateText with two tools, over several steps', async () => {
  const { engine, fetch } = calling();
  const ingle = createOpenAICompatible({ name: 'ingle', baseURL: 'http://localhost/v1', fetch });
  const { text, steps } = await generateText({
    model: ingle('scripted'),
    prompt: 'What is the weather where Mia lives?',
    tools,
    stopWhen: stepCountIs(5),
  });
  expect(text).toBe('It rains in Oslo.');
  expect(steps.map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'tool-calls', 'stop']);
  expect(steps.map(({ toolResults }) => toolResults.map(({ output }) => output))).toEqual([
    ['Oslo'],
    [{ city: 'Oslo', sky: 'rain' }],
    [],
  ]);
  expect(steps[0]?.reasoningText).toBe('Where is she?');
  expect(JSON.stringify(engine.requests[1]?.prompt)).toContain('tool: Oslo');
});

test('streamText with two tools, over several steps', async () => {
  const { fetch } = calling();
  const ingle = createOpenAICompatible({ name: 'ingle', baseURL: 'http://localhost/v1', includeUsage: true, fetch });
  const { fullStream, totalUsage } = streamText({
    model: ingle('scripted'),
    prompt: 'What is the weather where Mia lives?',
    tools,
    stopWhen: stepCountIs(5),
  });
  const told = { text: '', reasoning: '', input: '', calls: [] as unknown[] };
  for await (const part of fullStream) {
    if (part.type === 'text-delta') told.text += part.text;
    if (part.type === 'reasoning-delta') told.reasoning += part.text;
    if (part.type === 'tool-input-delta') told.input += part.delta;
    if (part.type === 'tool-call') told.calls.push(part.input);
  }
  expect(told).toEqual({
    text: 'She is in Oslo.It rains in Oslo.',
    reasoning: 'Where is she?',
    input: '{"name":"Mia"}{"city":"Oslo"}',
    calls: [{ name: 'Mia' }, { city: 'Oslo' }],
  });
  expect((await totalUsage).reasoningTokens).toBeGreaterThan(0);
});

test('a tool that must be called', async () => {
  const { engine, fetch } = calling();
  const ingle = createOpenAICompatible({ name: 'ingle', baseURL: 'http://localhost/v1', fetch });
  const { toolCalls } = await generateText({
    model: ingle('scripted'),
    prompt: 'Hello!',
    tools,
    toolChoice: { type: 'tool', toolName: 'find_city' },
  });
  expect(toolCalls).toMatchObject([{ toolName: 'find_city', input: { name: 'Mia' } }]);
  expect(engine.requests[0]?.grammar).toMatchObject({ kind: 'structural-tag' });
});

test('a completion model', async () => {
  const { text } = await generateText({ model: ingle.completionModel('scripted'), prompt: 'Once upon' });
  expect(text).toBe('Hello there.');
});

test('embedMany', async () => {
  const { embeddings } = await embedMany({ model: ingle.embeddingModel('scripted'), values: ['one', 'two words'] });
  expect(embeddings.map(embedding => embedding.length)).toEqual([4, 4]);
});

test('an error tells what was wrong', async () => {
  const failed = generateText({ model: ingle('nowhere'), prompt: 'Hi', maxRetries: 0 });
  await expect(failed).rejects.toBeInstanceOf(APICallError);
  await expect(failed).rejects.toMatchObject({ statusCode: 404, message: expect.stringContaining('nowhere') });
});
