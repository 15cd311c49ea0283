import { describe, expect, test } from 'vitest';
import { type Script, ScriptedEngine, scriptedProvider } from '../../../test/fixtures/scripted-engine.ts';
import { createHandler } from '../handler.ts';
import { memoryStore } from './response-store.ts';

function start(script?: Script) {
  const engine = new ScriptedEngine(script);
  const handler = createHandler(scriptedProvider(engine), { responses: memoryStore(3) });
  const send = (method: string, path: string, body?: object) => {
    const init = { method, ...(body && { body: JSON.stringify(body) }) };
    return handler(new Request(`https://app.example${path}`, init));
  };
  return { engine, send, post: (body: object) => send('POST', '/v1/responses', { input: 'Hi', ...body }) };
}

/** The data of each event, whose name must be its type. */
async function readEvents(response: Response) {
  return (await response.text())
    .trimEnd()
    .split('\n\n')
    .map(event => {
      const [, name, data = ''] = /^event: (.*)\ndata: (.*)$/.exec(event) ?? [];
      const value = JSON.parse(data);
      expect(value.type).toBe(name);
      return value;
    });
}

const message = (text: string, status = 'completed') => ({
  id: expect.stringMatching(/^msg_/),
  type: 'message',
  role: 'assistant',
  status,
  content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
});

const said = (engine: ScriptedEngine) => {
  const { prompt } = engine.requests.at(-1) ?? {};
  return prompt && 'segments' in prompt ? prompt.segments.map(({ text }) => text).join('') : undefined;
};

describe('a response', () => {
  test('has every field of OpenAI’s', async () => {
    const response = await start().post({ instructions: 'Be brief.', metadata: { a: 'b' }, user: 'me' });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      id: expect.stringMatching(/^resp_[0-9a-f]{32}$/),
      object: 'response',
      created_at: expect.any(Number),
      completed_at: expect.any(Number),
      status: 'completed',
      background: false,
      error: null,
      incomplete_details: null,
      instructions: 'Be brief.',
      max_output_tokens: null,
      metadata: { a: 'b' },
      model: 'scripted',
      output: [message('Hello there.')],
      parallel_tool_calls: true,
      previous_response_id: null,
      reasoning: { effort: null, summary: null },
      service_tier: 'default',
      temperature: 1,
      text: { format: { type: 'text' }, verbosity: 'medium' },
      tool_choice: 'auto',
      tools: [],
      top_logprobs: 0,
      top_p: 1,
      truncation: 'disabled',
      usage: {
        input_tokens: 6, // "system:", "Be", "brief.", "user:", "Hi", "assistant:"
        input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
        output_tokens: 3,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 9,
      },
      user: 'me',
    });
  });

  test('that comes to its limit is incomplete', async () => {
    const response = await (await start().post({ max_output_tokens: 2 })).json();
    expect(response).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [message('Hello there', 'incomplete')],
    });
  });

  test('has the log-probabilities that were asked for', async () => {
    const { post } = start({ answer: ['a'] });
    const entry = (token: string, logprob: number) => ({ token, bytes: [...new TextEncoder().encode(token)], logprob });
    const [asked] = (await (await post({ top_logprobs: 2 })).json()).output;
    const top = [entry('a', -0.25), entry('other1', -1.25)];
    expect(asked.content[0].logprobs).toEqual([{ ...entry('a', -0.25), top_logprobs: top }]);
    const [included] = (await (await post({ include: ['message.output_text.logprobs'] })).json()).output;
    expect(included.content[0].logprobs).toEqual([{ ...entry('a', -0.25), top_logprobs: [] }]);
  });

  test('gives the engine its parameters and its items', async () => {
    const { engine, post } = start();
    const input = [
      { role: 'developer', content: 'Be kind.' },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
      { ...message('Yes?'), id: 'msg_1' },
      { role: 'user', content: 'Go on.' },
    ];
    await post({ input, instructions: 'Be brief.', temperature: 0.5, top_p: 0.9, seed: 3, max_output_tokens: 9 });
    expect(said(engine)).toBe(
      'system: Be brief.\nsystem: Be kind.\nuser: Hi\nassistant: Yes?\nuser: Go on.\nassistant:',
    );
    expect(engine.requests[0]).toMatchObject({ maxTokens: 9, sampling: { temperature: 0.5, topP: 0.9, seed: 3 } });
  });
});

test.each([
  [{ type: 'json_object' }, { kind: 'json', param: 'text.format' }],
  [
    { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: false },
    { kind: 'json-schema', schema: { type: 'object' }, strict: false, param: 'text.format.schema' },
  ],
])('the format %j is a grammar for the engine', async (format, grammar) => {
  const { engine, post } = start();
  const response = await (await post({ text: { format } })).json();
  expect(engine.requests[0]?.grammar).toEqual(grammar);
  expect(response.text.format).toEqual(format);
});

describe('a stream', () => {
  test('is every event in its order, numbered from 0', async () => {
    const events = await readEvents(await start({ answer: ['Hello', '.'] }).post({ stream: true }));
    expect(events.map(({ type, sequence_number }) => [sequence_number, type])).toEqual(
      [
        'response.created',
        'response.in_progress',
        'response.output_item.added',
        'response.content_part.added',
        'response.output_text.delta',
        'response.output_text.delta',
        'response.output_text.done',
        'response.content_part.done',
        'response.output_item.done',
        'response.completed',
      ].map((type, index) => [index, type]),
    );
    const place = { item_id: events[2].item.id, output_index: 0, content_index: 0 };
    expect(events[0].response).toMatchObject({ status: 'in_progress', output: [] });
    expect(events[2]).toMatchObject({ output_index: 0, item: { status: 'in_progress', content: [] } });
    expect(events[3]).toMatchObject({ ...place, part: { type: 'output_text', text: '' } });
    expect(events[4]).toMatchObject({ ...place, delta: 'Hello', logprobs: [] });
    expect(events[6]).toMatchObject({ ...place, text: 'Hello.' });
    expect(events[7]).toMatchObject({ ...place, part: { type: 'output_text', text: 'Hello.' } });
    expect(events[8].item).toEqual(message('Hello.'));
    expect(events[9].response).toMatchObject({
      id: events[0].response.id,
      status: 'completed',
      output: [events[8].item],
    });
  });

  test('that comes to its limit ends with response.incomplete', async () => {
    const events = await readEvents(await start().post({ stream: true, max_output_tokens: 1 }));
    expect(events.at(-1)).toMatchObject({ type: 'response.incomplete', response: { status: 'incomplete' } });
  });

  test('that fails in the middle ends with the error and response.failed', async () => {
    const { engine, post } = start({
      beforeToken: index => {
        if (index === 1) throw new Error('The device is lost.');
      },
    });
    const events = await readEvents(await post({ stream: true }));
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
    expect(events.slice(-3)).toMatchObject([
      { delta: 'Hello' },
      { type: 'error', code: 'internal_error', message: 'The device is lost.', param: null },
      { type: 'response.failed', response: { status: 'failed', error: { message: 'The device is lost.' } } },
    ]);
    expect(engine.running).toBe(0);
  });

  test('that fails before its first token is no stream', async () => {
    const response = await start({ info: { contextLength: 2 } }).post({ stream: true });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'context_length_exceeded', param: 'input' } });
  });

  test('that is cancelled stops the engine', async () => {
    const { engine, post } = start({ answer: Array.from({ length: 200 }, () => 'la ') });
    await (await post({ stream: true })).body?.cancel();
    await expect.poll(() => engine.running).toBe(0);
    expect(engine.tokensPlayed).toBeLessThan(5);
  });
});

describe('a response that was stored', () => {
  test('is found by its id until it is deleted', async () => {
    const { send, post } = start();
    const response = await (await post({})).json();
    const path = `/v1/responses/${response.id}`;
    expect(await (await send('GET', path)).json()).toEqual(response);
    expect(await (await send('DELETE', path)).json()).toEqual({ id: response.id, object: 'response', deleted: true });
    for (const method of ['GET', 'DELETE']) {
      const gone = await send(method, path);
      expect(gone.status).toBe(404);
      expect(await gone.json()).toMatchObject({ error: { code: 'response_not_found' } });
    }
  });

  test('is continued, without its instructions', async () => {
    const { engine, post } = start();
    const first = await (await post({ instructions: 'Be brief.' })).json();
    const events = await readEvents(await post({ input: 'Go on.', previous_response_id: first.id, stream: true }));
    expect(said(engine)).toBe('user: Hi\nassistant: Hello there.\nuser: Go on.\nassistant:');
    const second = events.at(-1).response;
    expect(second.previous_response_id).toBe(first.id);
    await post({ input: 'And?', previous_response_id: second.id });
    expect(said(engine)).toBe(
      'user: Hi\nassistant: Hello there.\nuser: Go on.\nassistant: Hello there.\nuser: And?\nassistant:',
    );
  });

  test.each([
    { why: 'with store: false', store: false, later: 0 },
    { why: 'once more came than are kept', store: true, later: 3 },
  ])('is not there $why', async ({ store, later }) => {
    const { send, post } = start();
    const { id } = await (await post({ store })).json();
    for (let more = 0; more < later; more++) await (await post({})).text();
    expect((await send('GET', `/v1/responses/${id}`)).status).toBe(404);
    const next = await post({ previous_response_id: id });
    expect(next.status).toBe(400);
    expect(await next.json()).toMatchObject({
      error: { code: 'previous_response_not_found', param: 'previous_response_id' },
    });
  });
});

describe('refused by name', () => {
  const user = (content: unknown) => ({ input: [{ role: 'user', content }] });

  test.each<[object, string, string]>([
    [{ input: undefined }, 'missing_required_parameter', 'input'],
    [{ input: [] }, 'invalid_value', 'input'],
    [{ input: [{ role: 'robot', content: '' }] }, 'invalid_value', 'input[0].role'],
    [{ input: [{ type: 'computer_call' }] }, 'invalid_value', 'input[0].type'],
    [user([{ type: 'video' }]), 'invalid_value', 'input[0].content[0].type'],
    [user([{ type: 'input_image', image_url: 'x' }]), 'unsupported_image_input', 'input[0].content[0]'],
    [user([{ type: 'input_file', file_id: 'x' }]), 'unsupported_parameter', 'input[0].content[0]'],
    [{ max_output_tokens: 0 }, 'invalid_value', 'max_output_tokens'],
    [{ tools: [{ type: 'web_search' }] }, 'invalid_value', 'tools[0].type'],
    [{ text: { format: { type: 'xml' } } }, 'invalid_value', 'text.format.type'],
    [{ text: { format: { type: 'json_schema', name: 'n' } } }, 'missing_required_parameter', 'text.format.schema'],
    [{ truncation: 'auto' }, 'unsupported_parameter', 'truncation'],
    [{ background: true }, 'unsupported_parameter', 'background'],
    [{ conversation: 'conv_1' }, 'unsupported_parameter', 'conversation'],
    [{ prompt: { id: 'p' } }, 'unsupported_parameter', 'prompt'],
  ])('%j', async (body, code, param) => {
    const response = await start().post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', code, param } });
  });
});
