import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClientPage, openClientPage } from './client-page.ts';

/** Clients in a page, against `/v1` of its own origin: the service worker, the worker and the engine are the real ones. */

let client: ClientPage;
let page: Page;
let model: string;

beforeAll(async () => {
  client = await openClientPage();
  ({ page, model } = client);
});
afterAll(() => client.close());

describe('the OpenAI client', () => {
  test('continues a text, and the ids of tokens', async () => {
    const [text, streamed, ofIds] = await page.evaluate(async model => {
      const request = { model, prompt: 'Once upon a time', max_tokens: 6, temperature: 0 };
      const whole = await window.openai.completions.create({ ...request, logprobs: 1 });
      let streamed = '';
      for await (const chunk of await window.openai.completions.create({ ...request, stream: true })) {
        streamed += chunk.choices[0]?.text ?? '';
      }
      const ofIds = await window.openai.completions.create({ ...request, prompt: [[5, 6], [7]] });
      return [whole.choices[0], streamed, ofIds.choices.map(({ finish_reason }) => finish_reason)];
    }, model);
    expect(text).toMatchObject({ text: streamed, finish_reason: 'length' });
    expect(streamed).not.toBe('');
    expect(ofIds).toHaveLength(2);
  });

  test('gets a response, streams the next, and finds both until they are deleted', async () => {
    const { types, text, previous, first, found, gone } = await page.evaluate(async model => {
      const request = { model, max_output_tokens: 6, temperature: 0 };
      const first = await window.openai.responses.create({ ...request, input: 'Once upon a time' });
      const stream = window.openai.responses.stream({ ...request, input: 'And?', previous_response_id: first.id });
      const types: string[] = [];
      for await (const event of stream) types.push(event.type);
      const second = await stream.finalResponse();
      const found = await window.openai.responses.retrieve(second.id);
      await window.openai.responses.delete(first.id);
      const gone = await window.openai.responses.retrieve(first.id).catch(error => error.status);
      const { output_text: text, previous_response_id: previous } = second;
      return { types, text, previous, first: first.id, found: found.output_text, gone };
    }, model);
    expect(types[0]).toBe('response.created');
    expect(types.at(-1)).toMatch(/^response\.(completed|incomplete)$/);
    expect(previous).toBe(first);
    expect(found).toBe(text);
    expect(gone).toBe(404);
  });

  test('embeds with an encoder, and is told that it does not chat', async () => {
    const { embeddings, short, tooLong, chat, listed } = await page.evaluate(async model => {
      const { embeddings, chat, models } = window.openai;
      const { data, usage } = await embeddings.create({
        model,
        input: ['the fireplace', 'a warm house', 'the fireplace'],
      });
      const short = await embeddings.create({ model, input: 'the fireplace', dimensions: 8, encoding_format: 'float' });
      const refused = (error: { status: number; code: string }) => [error.status, error.code];
      return {
        embeddings: { vectors: data.map(({ embedding }) => Array.from(embedding)), tokens: usage.total_tokens },
        short: short.data[0]?.embedding,
        tooLong: await embeddings.create({ model, input: 'a '.repeat(40) }).catch(refused),
        chat: await chat.completions.create({ model, messages: [{ role: 'user', content: 'Hi' }] }).catch(refused),
        listed: (await models.list()).data.find(({ id }) => id === model),
      };
    }, client.encoder);
    const { vectors, tokens } = embeddings;
    expect(tokens).toBe(5 + 5 + 5);
    expect(vectors[0]).toEqual(vectors[2]);
    expect(vectors[0]).not.toEqual(vectors[1]);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    expect(short).toHaveLength(8);
    expect(Math.hypot(...(short ?? []))).toBeCloseTo(1, 5);
    expect(tooLong).toEqual([400, 'context_length_exceeded']);
    expect(chat).toEqual([400, 'unsupported_model']);
    expect(listed).toMatchObject({
      context_length: 32,
      capabilities: { chat: false, completion: false, embedding: true },
    });
  });
});

test('Vercel’s ai generates and streams', async () => {
  const { text, pieces, tokens } = await page.evaluate(async model => {
    const { generateText, streamText, ingle } = window.ai;
    const request = { model: ingle(model), prompt: 'Once upon a time', temperature: 0, maxOutputTokens: 8 };
    const { text, usage } = await generateText(request);
    const pieces: string[] = [];
    for await (const piece of streamText(request).textStream) pieces.push(piece);
    return { text, pieces, tokens: usage.outputTokens };
  }, model);
  expect(pieces.length).toBeGreaterThan(3);
  expect(pieces.join('')).toBe(text);
  expect(tokens).toBe(8);
});

test('LangChain invokes and streams', async () => {
  const { whole, streamed } = await page.evaluate(async model => {
    const chat = window.chatOpenAI(model);
    const whole = (await chat.invoke('Once upon a time')).content;
    let streamed = '';
    for await (const chunk of await chat.stream('Once upon a time')) streamed += chunk.content;
    return { whole, streamed };
  }, model);
  expect(streamed).not.toBe('');
  expect(streamed).toBe(whole);
});
