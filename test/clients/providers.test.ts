import { describe, expect, test } from 'vitest';
import { createHandler } from '../../src/openai/handler.ts';
import { ScriptedEngine, scriptedProvider } from '../fixtures/scripted-engine.ts';

/** What five providers' documents show of the chat API, one block each, with values of our own. */

function start(model: string) {
  const engine = new ScriptedEngine({ info: { id: model }, answer: ['Wood', ' first', ', then', ' fire.'] });
  const handler = createHandler(scriptedProvider(engine), { apiKey: 'sk-local' });
  const send = (path: string, init: RequestInit = {}) => {
    const headers = { Authorization: 'Bearer sk-local', 'Content-Type': 'application/json', ...init.headers };
    return handler(new Request(`https://app.example${path}`, { ...init, headers }));
  };
  const chat = (body: object, headers: HeadersInit = {}) => {
    const text = JSON.stringify({ model, ...body });
    return send('/v1/chat/completions', { method: 'POST', body: text, headers });
  };
  return { engine, send, chat };
}

const answer = (model: string, finish_reason = 'stop') => ({
  id: expect.stringMatching(/^chatcmpl-/),
  object: 'chat.completion',
  created: expect.any(Number),
  model,
  choices: [{ index: 0, message: { role: 'assistant', content: expect.any(String) }, finish_reason }],
  usage: {
    prompt_tokens: expect.any(Number),
    completion_tokens: expect.any(Number),
    total_tokens: expect.any(Number),
  },
});

const stream = (...deltas: object[]) => deltas.map(delta => ({ choices: [{ index: 0, ...delta }] }));

/** Each event's JSON; the last must be `[DONE]`. */
async function readStream(response: Response): Promise<unknown[]> {
  const events = (await response.text()).trimEnd().split('\n\n');
  expect(events.pop()).toBe('data: [DONE]');
  return events.map(event => JSON.parse(event.replace(/^data: /, '')));
}

describe('000_c4dde197a0097230', () => {
  const { chat, engine } = start('hearth-small');

  test('the example request', async () => {
    const response = await chat({
      messages: [
        { role: 'system', content: 'You explain crafts in plain words.' },
        { role: 'user', content: 'How is a fire laid, in two sentences?' },
      ],
      temperature: 0.7,
      max_tokens: 256,
    });
    expect(await response.json()).toMatchObject(answer('hearth-small'));
    expect(engine.requests.at(-1)).toMatchObject({ maxTokens: 256, sampling: { temperature: 0.7 } });
  });

  test('a conversation of several turns', async () => {
    const response = await chat({
      messages: [
        { role: 'system', content: 'You are a patient teacher.' },
        { role: 'user', content: 'How much is a third of 90?' },
        { role: 'assistant', content: 'A third of 90 is 30.' },
        { role: 'user', content: 'And a tenth of that?' },
      ],
    });
    expect(await response.json()).toMatchObject(answer('hearth-small'));
  });

  test('every parameter in its table', async () => {
    const messages = [{ role: 'user', content: 'Go on.' }];
    const sampling = { temperature: 1, top_p: 0.9, frequency_penalty: 0.5, presence_penalty: -0.5 };
    const response = await chat({ messages, ...sampling, max_tokens: 2, stream: false, stop: ['###'] });
    expect(await response.json()).toMatchObject(answer('hearth-small', 'length'));
  });
});

describe('001_b3c0f72333ee3fbe', () => {
  const { chat } = start('glut-9b');
  const messages = [
    { role: 'system', content: 'Du antwortest knapp und freundlich.' },
    { role: 'user', content: 'Was ist ein Ofen? Zwei Sätze genügen.' },
  ];
  const chunks = stream(
    { delta: { role: 'assistant' } },
    { delta: { content: 'Wood' } },
    { delta: { content: ' first' } },
    { delta: { content: ', then' } },
    { delta: { content: ' fire.' } },
    { delta: {}, finish_reason: 'stop' },
  );

  test('the example request', async () => {
    const response = await chat({ messages, temperature: 0.5, max_tokens: 400 });
    expect(await response.json()).toMatchObject(answer('glut-9b'));
  });

  test('a stream, by "stream": true and by Accept', async () => {
    expect(await readStream(await chat({ messages, stream: true }))).toMatchObject(chunks);
    expect(await readStream(await chat({ messages }, { Accept: 'text/event-stream' }))).toMatchObject(chunks);
  });

  test('the fields it calls ignored do not crash', async () => {
    const fields = { seed: 1, logit_bias: { '5': 1 }, user: 'me', presence_penalty: 0, frequency_penalty: 0 };
    expect(await (await chat({ messages, ...fields })).json()).toMatchObject(answer('glut-9b'));
  });

  test('an image is refused, for no model here sees', async () => {
    const content = [
      { type: 'text', text: 'Was zeigt das Bild?' },
      { type: 'image_url', image_url: { url: 'https://example.org/ofen.jpg' } },
    ];
    const response = await chat({ messages: [{ role: 'user', content }] });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: 'messages[0].content[1]' } });
  });
});

describe('002_0e91dc510d4037ce', () => {
  const { chat, send } = start('hearth-alpha');
  const messages = [{ role: 'user', content: 'List what to check before lighting a stove.' }];

  test('the list of models', async () => {
    expect(await (await send('/v1/models')).json()).toMatchObject({ object: 'list', data: [{ id: 'hearth-alpha' }] });
  });

  test('the example request, and it as a stream', async () => {
    expect(await (await chat({ messages })).json()).toMatchObject(answer('hearth-alpha'));
    expect(await readStream(await chat({ messages, stream: true }))).toHaveLength(6);
  });

  test('the example of a response', async () => {
    const body = JSON.stringify({ model: 'hearth-alpha', input: 'Explain the risk of a chimney that nobody sweeps.' });
    expect(await (await send('/v1/responses', { method: 'POST', body })).json()).toMatchObject({
      object: 'response',
      status: 'completed',
      model: 'hearth-alpha',
      output: [{ type: 'message', role: 'assistant', content: [{ text: 'Wood first, then fire.' }] }],
    });
  });

  test('image input is refused with its code', async () => {
    const content = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }];
    const response = await chat({ messages: [{ role: 'user', content }] });
    expect(await response.json()).toMatchObject({
      error: {
        message: expect.any(String),
        type: 'invalid_request_error',
        code: 'unsupported_image_input',
      },
    });
  });

  test('errors have its shape', async () => {
    const response = await chat({ messages, temperature: 9 });
    expect(await response.json()).toEqual({
      error: {
        message: expect.any(String),
        type: 'invalid_request_error',
        param: 'temperature',
        code: expect.any(String),
      },
    });
  });
});

describe('003_615e73ba607e880f', () => {
  const { chat, engine } = start('hearth/large-405b');

  test('the basic shape, with a slash in the model’s name', async () => {
    const response = await chat({
      messages: [
        { role: 'system', content: 'You know the Alps.' },
        { role: 'user', content: 'Name three passes.' },
      ],
      temperature: 0.7,
      max_tokens: 500,
    });
    expect(await response.json()).toMatchObject(answer('hearth/large-405b'));
  });

  test('seed, stop and penalties', async () => {
    const messages = [{ role: 'user', content: 'Go on.' }];
    const response = await chat({ messages, seed: 42, stop: ', then', presence_penalty: 2, frequency_penalty: -2 });
    const completion = await response.json();
    expect(completion).toMatchObject(answer('hearth/large-405b'));
    expect(completion.choices[0].message.content).toBe('Wood first');
    expect(engine.requests.at(-1)?.sampling).toMatchObject({ seed: 42, presencePenalty: 2, frequencyPenalty: -2 });
  });

  test('a history that grows by each answer', async () => {
    const messages = [{ role: 'system', content: 'You are a chimney sweep.' }];
    for (const question of ['How often?', 'And in summer?']) {
      messages.push({ role: 'user', content: question });
      const { choices } = await (await chat({ messages })).json();
      messages.push(choices[0].message);
    }
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user', 'assistant']);
  });
});

describe('004_aee78841868834e3', () => {
  const { chat } = start('ember-chat');

  test('the example request', async () => {
    const response = await chat({
      temperature: 0.7,
      max_tokens: 1024,
      messages: [
        { role: 'system', content: 'You are a guide.' },
        { role: 'user', content: 'Which is the largest lake of Sweden?' },
      ],
    });
    expect(await response.json()).toMatchObject(answer('ember-chat'));
  });

  test('a conversation of several turns', async () => {
    const messages = [
      { role: 'user', content: 'How much is 7+5?' },
      { role: 'assistant', content: '7+5 is 12.' },
      { role: 'user', content: 'Halve it.' },
    ];
    expect(await (await chat({ messages })).json()).toMatchObject(answer('ember-chat'));
  });
});
