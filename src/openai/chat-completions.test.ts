import { describe, expect, test } from 'vitest';
import { startChat } from '../../test/fixtures/scripted-chat.ts';
import { type Script, ScriptedEngine } from '../../test/fixtures/scripted-engine.ts';
import type { TokenEvent } from '../engine/engine.ts';
import { EnvironmentError } from '../errors.ts';
import { HEAD_AT_ONCE } from './answer.ts';

/** The data of each event, parsed but for `[DONE]`. */
async function readEvents(response: Response) {
  const events = (await response.text()).split('\n\n');
  expect(events.pop()).toBe('');
  return events.map(event => {
    const data = event.replace(/^data: /, '');
    return data === '[DONE]' ? data : JSON.parse(data);
  });
}

const usage = {
  prompt_tokens: 3, // "user:", "Hi", "assistant:"
  completion_tokens: 3,
  total_tokens: 6,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
};

describe('a completion', () => {
  test('has every field of OpenAI’s', async () => {
    const { post } = startChat();
    const before = Math.floor(Date.now() / 1000);
    const response = await post({ model: 'scripted' });
    expect(response.status).toBe(200);
    const completion = await response.json();
    expect(completion).toEqual({
      id: expect.stringMatching(/^chatcmpl-[0-9a-f]{32}$/),
      object: 'chat.completion',
      created: expect.any(Number),
      model: 'scripted',
      system_fingerprint: 'fp_scripted',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello there.', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage,
    });
    expect(completion.created).toBeGreaterThanOrEqual(before);
    expect(completion.created).toBeLessThanOrEqual(Date.now() / 1000);
  });

  test('has n choices by index, and the tokens of all of them', async () => {
    const { post } = startChat({ answer: (_, choice) => Array.from({ length: 3 - choice }, () => `${choice} `) });
    const { choices, usage } = await (await post({ n: 3 })).json();
    expect(choices.map((choice: { index: number }) => choice.index)).toEqual([0, 1, 2]);
    expect(choices.map((choice: { message: { content: string } }) => choice.message.content)).toEqual([
      '0 0 0 ',
      '1 1 ',
      '2 ',
    ]);
    expect(usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 6, total_tokens: 9 });
  });

  test('has the log-probabilities that were asked for', async () => {
    const { post } = startChat({ answer: ['é'] });
    const entry = (token: string, logprob: number) => ({ token, bytes: [...new TextEncoder().encode(token)], logprob });
    const asked = await (await post({ logprobs: true, top_logprobs: 2 })).json();
    expect(asked.choices[0].logprobs).toEqual({
      content: [{ ...entry('é', -0.25), top_logprobs: [entry('é', -0.25), entry('other1', -1.25)] }],
      refusal: null,
    });
    const plain = await (await post({ logprobs: true })).json();
    expect(plain.choices[0].logprobs.content).toEqual([{ ...entry('é', -0.25), top_logprobs: [] }]);
  });

  test('is cut before a stop string, and where its tokens end', async () => {
    const { post } = startChat({ answer: ['a', 'bS', 'TO', 'P', 'c'] });
    const stopped = await (await post({ stop: ['x', 'STOP'] })).json();
    expect(stopped.choices[0]).toMatchObject({ message: { content: 'ab' }, finish_reason: 'stop' });
    const full = await (await post({ max_completion_tokens: 3, stop: 'STOP' })).json();
    expect(full.choices[0]).toMatchObject({ message: { content: 'abSTO' }, finish_reason: 'length' });
  });

  test('is cut where the context ends', async () => {
    const { post } = startChat({ info: { contextLength: usage.prompt_tokens + 2 } });
    const { choices } = await (await post({})).json();
    expect(choices[0]).toMatchObject({ message: { content: 'Hello there' }, finish_reason: 'length' });
  });
});

describe('a stream', () => {
  const head = {
    id: expect.stringMatching(/^chatcmpl-/),
    object: 'chat.completion.chunk',
    created: expect.any(Number),
    model: 'scripted',
    system_fingerprint: 'fp_scripted',
  };
  const choice = (index: number, delta: object, finish_reason: string | null = null) => {
    return { index, delta, logprobs: null, finish_reason };
  };
  const role = { role: 'assistant', content: '', refusal: null };

  test('is the role, the text, the finish reason and [DONE]', async () => {
    const { post } = startChat();
    const response = await post({ stream: true });
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toMatch(/^text\/event-stream\b/);
    const events = await readEvents(response);
    expect(events).toEqual([
      { ...head, choices: [choice(0, role)] },
      { ...head, choices: [choice(0, { content: 'Hello' })] },
      { ...head, choices: [choice(0, { content: ' there' })] },
      { ...head, choices: [choice(0, { content: '.' })] },
      { ...head, choices: [choice(0, {}, 'stop')] },
      '[DONE]',
    ]);
    expect(new Set(events.slice(0, -1).map(chunk => chunk.id)).size).toBe(1);
  });

  test('has the usage in a chunk of its own when asked, and null before', async () => {
    const { post } = startChat();
    const events = await readEvents(await post({ stream: true, stream_options: { include_usage: true } }));
    expect(events.at(-1)).toBe('[DONE]');
    expect(events.at(-2)).toEqual({ ...head, choices: [], usage });
    for (const chunk of events.slice(0, -2)) expect(chunk.usage).toBeNull();
  });

  test('interleaves n choices by index', async () => {
    const { post } = startChat({ answer: (_, index) => (index === 0 ? ['a', 'b'] : ['c']) });
    const events = await readEvents(await post({ stream: true, n: 2 }));
    expect(events.slice(0, -1).map(chunk => chunk.choices)).toEqual([
      [choice(0, role)],
      [choice(0, { content: 'a' })],
      [choice(1, role)],
      [choice(1, { content: 'c' })],
      [choice(0, { content: 'b' })],
      [choice(1, {}, 'stop')],
      [choice(0, {}, 'stop')],
    ]);
  });

  test('has the log-probabilities of a token with its text, however long that was held back', async () => {
    const { post } = startChat({ answer: ['S', 'o', 'x', 'STOP'] });
    const events = await readEvents(await post({ stream: true, logprobs: true, stop: 'STOP' }));
    const pieces = events.slice(1, -2).map(chunk => chunk.choices[0]);
    expect(pieces.map(({ delta }) => delta.content)).toEqual(['So', 'x', '']);
    expect(pieces.map(({ logprobs }) => logprobs.content.map(({ token }: { token: string }) => token))).toEqual([
      ['S', 'o'],
      ['x'],
      ['STOP'],
    ]);
  });

  test.each([
    ['thought', ['<think>', 'hm', '</think>', '\n\n', 'Hello', ' ', '<', 'b>'], ['Hello', ' ', '<', 'b>']],
    ['thought and cut off', ['<think>'], []],
    ['thought, where a mark ends within a token', ['<think>hm</', 'think>\nYes', '.'], ['think>\nYes', '.']],
    ['written in no mark', ['<', '<', 'b'], ['<', '<', 'b']],
  ])('has no log-probabilities of what is %s', async (_, answer, expected) => {
    const { post } = startChat({ info: { chatTemplate: '<think></think>:' }, answer });
    const { choices } = await (await post({ logprobs: true })).json();
    const entries = choices[0].logprobs?.content ?? [];
    expect(entries.map(({ token }: { token: string }) => token)).toEqual(expected);
  });

  test('sends held-back text at the end, and no empty pieces', async () => {
    const { post } = startChat({ answer: ['a', 'ST'] });
    const events = await readEvents(await post({ stream: true, stop: 'STOP' }));
    expect(events.map(chunk => chunk.choices?.[0].delta.content)).toEqual(['', 'a', 'ST', undefined, undefined]);
  });

  test('is also what Accept: text/event-stream asks for', async () => {
    const { post } = startChat();
    const headers = { Accept: 'text/event-stream' };
    expect((await readEvents(await post({}, { headers }))).at(-1)).toBe('[DONE]');
    expect((await (await post({ stream: false }, { headers })).json()).object).toBe('chat.completion');
  });

  test('that fails in the middle ends with the error, without [DONE]', async () => {
    const { post, engine } = startChat({
      beforeToken: index => {
        if (index === 1) throw new Error('The device is lost.');
      },
    });
    const events = await readEvents(await post({ stream: true }));
    expect(events.slice(1)).toEqual([
      { ...head, choices: [choice(0, { content: 'Hello' })] },
      { error: { message: 'The device is lost.', type: 'server_error', param: null, code: 'internal_error' } },
    ]);
    expect(engine.running).toBe(0);
  });

  test('that fails before its first token is no stream', async () => {
    const { post } = startChat({ info: { contextLength: 2 } });
    const response = await post({ stream: true });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: 'context_length_exceeded', param: 'messages', message: expect.stringMatching(/3 .* 2/) },
    });
  });
});

describe('a whole answer that fails', () => {
  const failingAt = (token: number) =>
    startChat({
      beforeToken: index => {
        if (index === token) throw new EnvironmentError('The device is lost.', 'device_lost');
      },
    });

  test('before its first token is an error with a status', async () => {
    const response = await failingAt(0).post({});
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { code: 'device_lost' } });
  });

  test('in the middle is one too', async () => {
    const { engine, post } = failingAt(1);
    const response = await post({});
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { code: 'device_lost' } });
    expect(engine.running).toBe(0);
  });

  test('in the middle is an error in the body, where the head was wanted at once', async () => {
    const response = await failingAt(1).post({}, { headers: { [HEAD_AT_ONCE]: '1' } });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ error: { code: 'device_lost' } });
  });
});

describe('cancelling', () => {
  const endless: Script = {
    answer: Array.from({ length: 200 }, () => ' la'),
    beforeToken: () => new Promise(resolve => setTimeout(resolve, 1)),
  };

  test('the body stops the engine within one token', async () => {
    const { engine, post } = startChat(endless);
    const reader = (await post({ stream: true })).body?.getReader();
    await reader?.read();
    await reader?.read();
    const played = engine.tokensPlayed;
    await reader?.cancel();
    await expect.poll(() => engine.running).toBe(0);
    expect(engine.tokensPlayed).toBeLessThanOrEqual(played + 1);
  });

  test('the body of a whole answer stops the engine within one token', async () => {
    const { engine, post } = startChat(endless);
    const response = await post({}, { headers: { [HEAD_AT_ONCE]: '1' } });
    const played = engine.tokensPlayed;
    await response.body?.cancel();
    await expect.poll(() => engine.running).toBe(0);
    expect(engine.tokensPlayed).toBeLessThanOrEqual(played + 1);
  });

  test('the request stops the engine within one token, and errors the body', async () => {
    const { engine, post } = startChat(endless);
    const controller = new AbortController();
    const reader = (await post({ stream: true }, { signal: controller.signal })).body?.getReader();
    await reader?.read();
    const played = engine.tokensPlayed;
    controller.abort();
    await expect.poll(() => engine.running).toBe(0);
    expect(engine.tokensPlayed).toBeLessThanOrEqual(played + 1);
    await expect(reader?.read()).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });

  test.each([true, false])('the request before its first token rejects (stream: %s)', async stream => {
    const controller = new AbortController();
    const { engine, post } = startChat({ ...endless, beforeToken: () => controller.abort() });
    const response = post({ stream }, { signal: controller.signal });
    await expect(response).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(engine.running).toBe(0);
    expect(engine.tokensPlayed).toBe(0);
  });

  test('nothing: a stream that nobody reads runs to its end, and is there for whoever reads it later', async () => {
    const { engine, post } = startChat(endless);
    const response = await post({ stream: true });
    await expect.poll(() => engine.running).toBe(0);
    expect(engine.tokensPlayed).toBe(200);
    const events = await readEvents(response);
    expect(events.filter(event => event.choices?.[0]?.delta.content === ' la')).toHaveLength(200);
    expect(events.at(-1)).toBe('[DONE]');
  });

  test('an engine that does not hear the signal while it waits is closed all the same', async () => {
    let closed = false;
    class DeafEngine extends ScriptedEngine {
      override async *generate(): AsyncGenerator<TokenEvent> {
        try {
          for (;;) yield { type: 'token', choice: 0, id: 1, text: 'la' };
        } finally {
          closed = true;
        }
      }
    }
    const { post } = startChat({}, new DeafEngine());
    const controller = new AbortController();
    await post({ stream: true }, { signal: controller.signal });
    controller.abort();
    await expect.poll(() => closed).toBe(true);
  });
});
