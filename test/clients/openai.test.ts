import OpenAI, {
  APIError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  RateLimitError,
} from 'openai';
import { expect, test } from 'vitest';
import type { Script } from '../fixtures/scripted-engine.ts';
import { start } from './start.ts';

function connect(script?: Script, options = {}) {
  const { engine, fetch } = start(script, options);
  // In your app: fetch: ingle.fetch, and dangerouslyAllowBrowser: true.
  return { engine, client: new OpenAI({ apiKey: 'any', maxRetries: 0, fetch }) };
}

const messages = [{ role: 'user' as const, content: 'Why is the sky blue?' }];

test('a completion', async () => {
  const { client } = connect();
  const completion = await client.chat.completions.create({ model: 'scripted', messages });
  expect(completion.choices[0]?.message.content).toBe('Hello there.');
  expect(completion.usage?.completion_tokens).toBe(3);
});

test('a stream', async () => {
  const { client } = connect();
  const stream = await client.chat.completions.create({ model: 'scripted', messages, stream: true });
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  expect(text).toBe('Hello there.');
});

test('the streaming helper puts the chunks together again', async () => {
  const { client } = connect();
  const runner = client.chat.completions.stream({
    model: 'scripted',
    messages,
    n: 2,
    logprobs: true,
    top_logprobs: 1,
    stream_options: { include_usage: true },
  });
  const completion = await runner.finalChatCompletion();
  expect(completion.choices.map(({ message }) => message.content)).toEqual(['Hello there.', 'Hello there.']);
  expect(completion.choices[1]?.logprobs?.content?.map(({ token }) => token)).toEqual(['Hello', ' there', '.']);
  expect(completion.usage?.completion_tokens).toBe(6);
});

test('models, by a list and by a name with slashes and colons', async () => {
  const id = 'hf:owner/repo/some model-Q8_0.gguf';
  const { client } = connect({ info: { id } });
  const models = await client.models.list();
  expect(models.data.map(model => model.id)).toEqual([id]);
  expect(await client.models.retrieve(id)).toMatchObject({ id, object: 'model', owned_by: 'tests' });
});

test('answers and errors have an id of their request', async () => {
  const { client } = connect();
  const { _request_id } = await client.chat.completions.create({ model: 'scripted', messages });
  expect(_request_id).toMatch(/^req_/);
  const failed = client.chat.completions.create({ model: 'nowhere', messages });
  await expect(failed).rejects.toMatchObject({ requestID: expect.stringMatching(/^req_/) });
});

test('an unknown model is a NotFoundError', async () => {
  const { client } = connect();
  const failed = client.chat.completions.create({ model: 'nowhere', messages });
  await expect(failed).rejects.toBeInstanceOf(NotFoundError);
  await expect(failed).rejects.toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
  await expect(client.models.retrieve('nowhere')).rejects.toBeInstanceOf(NotFoundError);
});

test('a wrong value is a BadRequestError that names its place', async () => {
  const { client } = connect();
  const failed = client.chat.completions.create({ model: 'scripted', messages, temperature: 3 });
  await expect(failed).rejects.toBeInstanceOf(BadRequestError);
  await expect(failed).rejects.toMatchObject({
    code: 'invalid_value',
    param: 'temperature',
    type: 'invalid_request_error',
    message: expect.stringContaining('given 3, expected at most 2'),
  });
});

test('a wrong key is an AuthenticationError', async () => {
  const { client } = connect({}, { apiKey: 'secret' });
  await expect(client.models.list()).rejects.toBeInstanceOf(AuthenticationError);
  const { client: trusted } = connect({}, { apiKey: 'any' });
  expect((await trusted.models.list()).data).toHaveLength(1);
});

test('a failure in the middle of a stream is an APIError after the text so far', async () => {
  const { client } = connect({
    beforeToken: index => {
      if (index === 2) throw new Error('the device is lost');
    },
  });
  const stream = await client.chat.completions.create({ model: 'scripted', messages, stream: true });
  let text = '';
  const read = async () => {
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  };
  await expect(read()).rejects.toThrow(APIError);
  expect(text).toBe('Hello there');
});

test('breaking out of a stream stops the engine', async () => {
  const { client, engine } = connect({ answer: Array.from({ length: 100 }, () => 'la ') });
  const stream = await client.chat.completions.create({ model: 'scripted', messages, stream: true });
  for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
  await expect.poll(() => engine.running).toBe(0);
  expect(engine.tokensPlayed).toBeLessThan(5);
});

test('stream.controller.abort() stops the engine and ends the loop', async () => {
  const { client, engine } = connect({ answer: Array.from({ length: 100 }, () => 'la ') });
  const stream = await client.chat.completions.create({ model: 'scripted', messages, stream: true });
  for await (const chunk of stream) if (chunk.choices[0]?.delta.content) stream.controller.abort();
  await expect.poll(() => engine.running).toBe(0);
  expect(engine.tokensPlayed).toBeLessThan(5);
});

test.each([0, 2])('a request aborted at token %i is an APIUserAbortError, and stops the engine', async at => {
  const controller = new AbortController();
  const { client, engine } = connect({
    answer: Array.from({ length: 100 }, () => 'la '),
    beforeToken: index => {
      if (index === at) controller.abort();
    },
  });
  const failed = client.chat.completions.create({ model: 'scripted', messages }, { signal: controller.signal });
  await expect(failed).rejects.toBeInstanceOf(APIUserAbortError);
  expect(engine.running).toBe(0);
  expect(engine.tokensPlayed).toBe(at);
});

test('a full queue is a RateLimitError', async () => {
  const { client } = connect({}, { queueLimit: 0 });
  const failed = client.chat.completions.create({ model: 'scripted', messages });
  await expect(failed).rejects.toBeInstanceOf(RateLimitError);
});
