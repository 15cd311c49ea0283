import type OpenAI from 'openai';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClientPage, openClientPage } from './client-page.ts';

let client: ClientPage;
let page: Page;
let model: string;

beforeAll(async () => {
  client = await openClientPage();
  ({ page, model } = client);
});
afterAll(() => client.close());

describe('the OpenAI client, unmodified, against this origin', () => {
  test('gets an answer', async () => {
    const answer = await page.evaluate(
      model =>
        window.openai.chat.completions.create({
          model,
          messages: [{ role: 'user', content: 'Once upon a time' }],
          max_completion_tokens: 8,
        }),
      model,
    );
    expect(answer.choices[0]?.message.content).not.toBe('');
    expect(answer.choices[0]?.finish_reason).toBe('length');
    expect(answer.usage?.completion_tokens).toBe(8);
  });

  test("gets JSON, under a policy without 'unsafe-eval'", async () => {
    const answer = await page.evaluate(
      model =>
        window.openai.chat.completions.create({
          model,
          messages: [{ role: 'user', content: 'Once upon a time' }],
          response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { const: [7, 'a'] } } },
        }),
      model,
    );
    expect(answer.choices[0]?.message.content).toBe('[7,"a"]');
    expect(answer.choices[0]?.finish_reason).toBe('stop');
  });

  test('streams the same answer, a token at a time, with usage at the end', async () => {
    const { pieces, usage, whole } = await page.evaluate(async model => {
      const request = {
        model,
        messages: [{ role: 'user' as const, content: 'Once upon a time' }],
        max_completion_tokens: 12,
        temperature: 0,
      };
      const stream = await window.openai.chat.completions.create({
        ...request,
        stream: true,
        stream_options: { include_usage: true },
      });
      const pieces: string[] = [];
      let usage: OpenAI.CompletionUsage | null | undefined;
      for await (const chunk of stream) {
        const piece = chunk.choices[0]?.delta.content;
        if (piece) pieces.push(piece);
        usage = chunk.usage ?? usage;
      }
      const answer = await window.openai.chat.completions.create(request);
      return { pieces, usage, whole: answer.choices[0]?.message.content };
    }, model);
    expect(pieces.length).toBeGreaterThan(6);
    expect(pieces.join('')).toBe(whole);
    expect(usage).toMatchObject({ completion_tokens: 12 });
  });

  test('aborts a stream, and the next request is answered at once', async () => {
    const { received, afterAbort, wholeAnswer } = await page.evaluate(async model => {
      const messages = [{ role: 'user' as const, content: 'Once upon a time' }];
      const stream = await window.openai.chat.completions.create({ model, messages, stream: true });
      let received = 0;
      for await (const _chunk of stream) if (++received === 3) stream.controller.abort();
      const aborted = performance.now();
      await window.openai.chat.completions.create({ model, messages, max_completion_tokens: 1 });
      const answered = performance.now();
      await window.openai.chat.completions.create({ model, messages });
      return { received, afterAbort: answered - aborted, wholeAnswer: performance.now() - answered };
    }, model);
    expect(received).toBeLessThan(6);
    // An answer that went on in secret would be waited for.
    expect(afterAbort).toBeLessThan(wholeAnswer / 3);
  });

  test('lists models', async () => {
    const ids = await page.evaluate(async () => (await window.openai.models.list()).data.map(({ id }) => id));
    expect(ids).toContain(model);
  });

  test('throws its own error classes', async () => {
    const error = await page.evaluate(async () => {
      const request = { model: 'no-such-model', messages: [{ role: 'user' as const, content: 'x' }] };
      const thrown = await window.openai.chat.completions.create(request).catch(error => error);
      return { name: thrown.constructor.name, status: thrown.status, code: thrown.code, param: thrown.param };
    });
    expect(error).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
  });
});
