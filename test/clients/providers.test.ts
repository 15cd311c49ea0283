import { describe, expect, test } from 'vitest';
import { createHandler } from '../../src/openai/handler.ts';
import { ScriptedEngine, scriptedProvider } from '../fixtures/scripted-engine.ts';
import { TOOL_TEMPLATE, tokensOf, writtenCalls } from '../fixtures/tool-template.ts';

/** What five providers' documents show of the chat API, one block each, with values of our own. */

function start(model: string, answer = ['Wood', ' first', ', then', ' fire.']) {
  const engine = new ScriptedEngine({ info: { id: model, chatTemplate: TOOL_TEMPLATE }, answer });
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

/** An answer that calls a function instead of saying something. */
const callOf = (name: string, json: string) => ({
  message: {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: expect.any(String), type: 'function', function: { name, arguments: json } }],
  },
  finish_reason: 'tool_calls',
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

  test.each(['https://example.org/ofen.jpg', 'data:image/png;base64,AAAA'])('an image is refused: %s', async url => {
    const content = [
      { type: 'text', text: 'Was zeigt das Bild?' },
      { type: 'image_url', image_url: { url } },
    ];
    const response = await chat({ messages: [{ role: 'user', content }] });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: 'unsupported_image_input', param: 'messages[0].content[1]' },
    });
  });

  test('JSON mode', async () => {
    const { chat, engine } = start('glut-9b');
    await chat({ messages, response_format: { type: 'json_object' } });
    expect(JSON.stringify(engine.requests[0]?.grammar)).toContain('"kind":"json"');
  });

  describe('function calling', () => {
    const calling = start('glut-9b', tokensOf(writtenCalls(['get_price', { fuel: 'birch' }])));
    const parameters = { type: 'object', properties: { fuel: { type: 'string' } }, required: ['fuel'] };
    const tools = [{ type: 'function', function: { name: 'get_price', description: 'Holt den Preis', parameters } }];
    const question = { role: 'user', content: 'Was kostet ein Ster Birke?' };

    test('the example: a call, and the message with its result', async () => {
      const { choices } = await (await calling.chat({ messages: [question], tools })).json();
      expect(choices[0]).toMatchObject(callOf('get_price', '{"fuel":"birch"}'));
      const { message } = choices[0];
      const result = { role: 'tool', tool_call_id: message.tool_calls[0].id, content: '95' };
      const response = await chat({ messages: [question, message, result], tools });
      expect(await response.json()).toMatchObject(answer('glut-9b'));
    });

    test.each(['none', 'auto', 'required', { type: 'function', function: { name: 'get_price' } }])(
      'tool_choice %j',
      async tool_choice => {
        const response = await calling.chat({ messages: [question], tools, tool_choice });
        const { choices } = await response.json();
        if (tool_choice === 'none') expect(choices[0].message).not.toHaveProperty('tool_calls');
        else expect(choices[0]).toMatchObject(callOf('get_price', '{"fuel":"birch"}'));
      },
    );
  });

  test('what is thought, in the answer or apart from it', async () => {
    const { chat } = start('glut-9b', ['<think>', 'Kurz.', '</think>', 'Ein Ofen wärmt.']);
    const inline = await (await chat({ messages, reasoning_format: 'inline' })).json();
    expect(inline.choices[0].message.content).toMatch(/^<think>\s*Kurz\.\s*<\/think>\s*Ein Ofen wärmt\.$/);
    const apart = await (await chat({ messages })).json();
    expect(apart.choices[0].message).toMatchObject({ content: 'Ein Ofen wärmt.', reasoning_content: 'Kurz.' });
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

  describe('tool definitions', () => {
    const written = writtenCalls(['sweep', { chimney: 2 }], ['sweep', { chimney: 3 }]);
    const calling = start('hearth-alpha', tokensOf(written));
    const definition = { name: 'sweep', parameters: { type: 'object', properties: { chimney: { type: 'integer' } } } };
    const tools = [{ type: 'function', function: definition }];

    test('tools, tool_choice and parallel_tool_calls', async () => {
      const several = await calling.chat({ messages, tools, tool_choice: 'auto', parallel_tool_calls: true });
      const { message, finish_reason } = (await several.json()).choices[0];
      expect(message.tool_calls.map((call: { function: object }) => call.function)).toEqual([
        { name: 'sweep', arguments: '{"chimney":2}' },
        { name: 'sweep', arguments: '{"chimney":3}' },
      ]);
      expect(finish_reason).toBe('tool_calls');
      await calling.chat({ messages, tools, tool_choice: 'required', parallel_tool_calls: false });
      const [many, one] = calling.engine.requests.map(({ grammar }) => JSON.stringify(grammar));
      expect(one).not.toBe(many);
    });

    test('legacy functions and function_call', async () => {
      const { chat } = start('hearth-alpha', tokensOf(writtenCalls(['sweep', { chimney: 2 }])));
      const response = await chat({ messages, functions: [definition], function_call: { name: 'sweep' } });
      expect(await response.json()).toMatchObject({
        choices: [
          {
            message: { content: null, function_call: { name: 'sweep', arguments: '{"chimney":2}' } },
            finish_reason: 'function_call',
          },
        ],
      });
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

  test('tools, and the three ways in which an answer ends here', async () => {
    const messages = [{ role: 'user', content: 'Go on.' }];
    const tools = [{ type: 'function', function: { name: 'list_passes', parameters: { type: 'object' } } }];
    const calling = start('hearth/large-405b', tokensOf(writtenCalls(['list_passes', {}])));
    const called = await (await calling.chat({ messages, tools })).json();
    expect(called.choices[0]).toMatchObject(callOf('list_passes', '{}'));
    expect(await (await chat({ messages, tools })).json()).toMatchObject(answer('hearth/large-405b', 'stop'));
    const cut = await chat({ messages, tools, max_tokens: 2 });
    expect(await cut.json()).toMatchObject(answer('hearth/large-405b', 'length'));
  });

  test('JSON output', async () => {
    const { chat, engine } = start('hearth/large-405b');
    await chat({ messages: [{ role: 'user', content: 'Go on.' }], response_format: { type: 'json_object' } });
    expect(JSON.stringify(engine.requests[0]?.grammar)).toContain('"kind":"json"');
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

  test('every parameter in its table', async () => {
    const messages = [{ role: 'user', content: 'Go on.' }];
    const sampling = { temperature: 2, top_p: 0.1, frequency_penalty: -2, presence_penalty: 2 };
    const response = await chat({ messages, ...sampling, max_tokens: 3, stop: ' fire', stream: true });
    const chunks = await readStream(response);
    expect(chunks.slice(-2)).toMatchObject(stream({ delta: { content: ', then' } }, { finish_reason: 'length' }));
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
