import { describe, expect, test } from 'vitest';
import { type Script, ScriptedEngine, scriptedProvider } from '../../test/fixtures/scripted-engine.ts';
import type { TokenEvent } from '../engine/engine.ts';
import { EnvironmentError } from '../errors.ts';
import { HEAD_AT_ONCE } from './answer.ts';
import { createHandler } from './handler.ts';

const messages = [{ role: 'user', content: 'Hi' }];

function start(script?: Script, engine = new ScriptedEngine(script)) {
  const handler = createHandler(scriptedProvider(engine));
  const post = (body: object, init: RequestInit = {}) => {
    const text = JSON.stringify({ messages, ...body });
    return handler(new Request('https://app.example/v1/chat/completions', { method: 'POST', body: text, ...init }));
  };
  return { engine, post };
}

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
    const { post } = start();
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
    const { post } = start({ answer: (_, choice) => Array.from({ length: 3 - choice }, () => `${choice} `) });
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
    const { post } = start({ answer: ['é'] });
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
    const { post } = start({ answer: ['a', 'bS', 'TO', 'P', 'c'] });
    const stopped = await (await post({ stop: ['x', 'STOP'] })).json();
    expect(stopped.choices[0]).toMatchObject({ message: { content: 'ab' }, finish_reason: 'stop' });
    const full = await (await post({ max_completion_tokens: 3, stop: 'STOP' })).json();
    expect(full.choices[0]).toMatchObject({ message: { content: 'abSTO' }, finish_reason: 'length' });
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
    const { post } = start();
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
    const { post } = start();
    const events = await readEvents(await post({ stream: true, stream_options: { include_usage: true } }));
    expect(events.at(-1)).toBe('[DONE]');
    expect(events.at(-2)).toEqual({ ...head, choices: [], usage });
    for (const chunk of events.slice(0, -2)) expect(chunk.usage).toBeNull();
  });

  test('interleaves n choices by index', async () => {
    const { post } = start({ answer: (_, index) => (index === 0 ? ['a', 'b'] : ['c']) });
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

  test('keeps log-probabilities with their token, also while its text is held back', async () => {
    const { post } = start({ answer: ['S', 'o'] });
    const events = await readEvents(await post({ stream: true, logprobs: true, stop: 'STOP' }));
    const pieces = events.slice(1, 3).map(chunk => chunk.choices[0]);
    expect(pieces.map(({ delta }) => delta.content)).toEqual(['', 'So']);
    expect(pieces.map(({ logprobs }) => logprobs.content[0].token)).toEqual(['S', 'o']);
  });

  test('sends held-back text at the end, and no empty pieces', async () => {
    const { post } = start({ answer: ['a', 'ST'] });
    const events = await readEvents(await post({ stream: true, stop: 'STOP' }));
    expect(events.map(chunk => chunk.choices?.[0].delta.content)).toEqual(['', 'a', 'ST', undefined, undefined]);
  });

  test('is also what Accept: text/event-stream asks for', async () => {
    const { post } = start();
    const headers = { Accept: 'text/event-stream' };
    expect((await readEvents(await post({}, { headers }))).at(-1)).toBe('[DONE]');
    expect((await (await post({ stream: false }, { headers })).json()).object).toBe('chat.completion');
  });

  test('that fails in the middle ends with the error, without [DONE]', async () => {
    const { post, engine } = start({
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
    const { post } = start({ info: { contextLength: 2 } });
    const response = await post({ stream: true });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: 'context_length_exceeded', param: 'messages', message: expect.stringMatching(/3 .* 2/) },
    });
  });
});

describe('what the engine gets', () => {
  async function requested(body: object, script?: Script) {
    const { engine, post } = start(script);
    const response = await post(body);
    expect(await response.text()).not.toContain('"error"');
    return engine.requests[0];
  }

  test('is OpenAI’s defaults where the request is silent', async () => {
    expect(await requested({})).toEqual({
      prompt: { segments: [{ text: 'user: Hi\nassistant:', trusted: true }] },
      sampling: {
        repetitionPenalty: 1,
        frequencyPenalty: 0,
        presencePenalty: 0,
        logitBias: {},
        temperature: 1,
        topK: 0,
        topP: 1,
        minP: 0,
      },
      stop: [],
      choices: 1,
      ignoreEos: false,
    });
  });

  test('is the model’s own defaults where it has some, unless the request says otherwise', async () => {
    const info = { defaultSampling: { temperature: 0.6, topK: 20 } };
    expect(await requested({ top_k: 5 }, { info })).toMatchObject({ sampling: { temperature: 0.6, topK: 5, topP: 1 } });
  });

  test('is every parameter, null meaning silent', async () => {
    const body = {
      ...{ temperature: 0, top_p: 0.5, top_k: -1, min_p: 0.1, seed: 7, logit_bias: { '12': -100, '999': 5 } },
      ...{ frequency_penalty: -1, presence_penalty: 2, repetition_penalty: 1.1 },
      ...{
        max_tokens: 9,
        max_completion_tokens: 4,
        stop: 'a',
        n: 2,
        logprobs: true,
        top_logprobs: 3,
        ignore_eos: true,
      },
    };
    expect(await requested(body)).toMatchObject({
      sampling: {
        ...{ temperature: 0, topP: 0.5, topK: 0, minP: 0.1, seed: 7, logitBias: { 12: -100, 999: 5 } },
        ...{ frequencyPenalty: -1, presencePenalty: 2, repetitionPenalty: 1.1 },
      },
      ...{ maxTokens: 4, stop: ['a'], choices: 2, topLogprobs: 3, ignoreEos: true },
    });
    const silent = Object.fromEntries(Object.keys(body).map(key => [key, null]));
    expect(await requested(silent)).toEqual(await requested({}));
  });

  test('is the text of all kinds of messages', async () => {
    const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } };
    const conversation = [
      { role: 'developer', content: 'Be kind.', name: 'boss' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'One' },
          { type: 'text', text: 'two' },
        ],
      },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c1', content: 'done' },
      { role: 'function', name: 'f', content: 'old' },
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
    ];
    const request = await requested({ messages: conversation });
    expect(request?.prompt).toEqual({
      segments: [
        {
          text: 'system: Be kind.\nuser: One\ntwo\nassistant: \ntool: done\ntool: old\nassistant: No.\nassistant:',
          trusted: true,
        },
      ],
    });
  });

  test('is a prompt in which a message’s control tokens are plain text', async () => {
    const request = await requested({ messages: [{ role: 'user', content: 'a</s>b' }] });
    expect(request?.prompt).toEqual({
      segments: [
        { text: 'user: a', trusted: true },
        { text: '<', trusted: false },
        { text: '/s>b\nassistant:', trusted: true },
      ],
    });
  });

  test('is the template’s further variables', async () => {
    const chatTemplate = '{{ "thinking" if enable_thinking else "quick" }}';
    const request = await requested({ chat_template_kwargs: { enable_thinking: true } }, { info: { chatTemplate } });
    expect(request?.prompt).toEqual({ segments: [{ text: 'thinking', trusted: true }] });
  });
});

describe('a whole answer that fails', () => {
  const failingAt = (token: number) =>
    start({
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
    answer: Array.from({ length: 200 }, () => 'la '),
    beforeToken: () => new Promise(resolve => setTimeout(resolve, 1)),
  };

  test('the body stops the engine within one token', async () => {
    const { engine, post } = start(endless);
    const reader = (await post({ stream: true })).body?.getReader();
    await reader?.read();
    await reader?.read();
    const played = engine.tokensPlayed;
    await reader?.cancel();
    await expect.poll(() => engine.running).toBe(0);
    expect(engine.tokensPlayed).toBeLessThanOrEqual(played + 1);
  });

  test('the body of a whole answer stops the engine within one token', async () => {
    const { engine, post } = start(endless);
    const response = await post({}, { headers: { [HEAD_AT_ONCE]: '1' } });
    const played = engine.tokensPlayed;
    await response.body?.cancel();
    await expect.poll(() => engine.running).toBe(0);
    expect(engine.tokensPlayed).toBeLessThanOrEqual(played + 1);
  });

  test('the request stops the engine within one token, and errors the body', async () => {
    const { engine, post } = start(endless);
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
    const { engine, post } = start({ ...endless, beforeToken: () => controller.abort() });
    const response = post({ stream }, { signal: controller.signal });
    await expect(response).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(engine.running).toBe(0);
    expect(engine.tokensPlayed).toBe(0);
  });

  test('nothing: a stream that nobody reads runs to its end, and is there for whoever reads it later', async () => {
    const { engine, post } = start(endless);
    const response = await post({ stream: true });
    await expect.poll(() => engine.running).toBe(0);
    expect(engine.tokensPlayed).toBe(200);
    const events = await readEvents(response);
    expect(events.filter(event => event.choices?.[0]?.delta.content === 'la ')).toHaveLength(200);
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
    const { post } = start({}, new DeafEngine());
    const controller = new AbortController();
    await post({ stream: true }, { signal: controller.signal });
    controller.abort();
    await expect.poll(() => closed).toBe(true);
  });
});
