import { describe, expect, test } from 'vitest';
import { ScriptedEngine, scriptedProvider } from '../../test/fixtures/scripted-engine.ts';
import { createHandler } from './handler.ts';

const engine = new ScriptedEngine();
const embedder = new ScriptedEngine({
  info: { id: 'embedder', capabilities: { chat: false, completion: false, embedding: true } },
});
const handler = createHandler(scriptedProvider(engine, embedder));
const post = (body: BodyInit | null) => {
  const init = { method: 'POST', body, duplex: 'half' };
  return handler(new Request('https://app.example/v1/chat/completions', init));
};

const user = (content: unknown) => ({ messages: [{ role: 'user', content }] });
const hi = user('Hi');
const image = { type: 'image_url', image_url: { url: 'https://example.org/a.jpg' } };
const chosen = (name: string) => ({ type: 'function', function: { name } });
const tool = chosen('f');
const called = (id: string) => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id, type: 'function', function: { name: 'f', arguments: '{}' } }],
});

describe('a body that does not fit is refused by name', () => {
  test.each<[object, string, string | null, string, string]>([
    // body, code, param, given, allowed
    [{}, 'missing_required_parameter', 'messages', 'Missing', 'an array'],
    [[], 'invalid_type', null, 'an array of 0', 'an object'],
    [{ messages: 'Hi' }, 'invalid_type', 'messages', '"Hi"', 'an array'],
    [{ messages: [] }, 'invalid_value', 'messages', 'an array of 0', 'at least 1 items'],
    [{ messages: [7] }, 'invalid_type', 'messages[0]', '7', 'an object'],
    [{ messages: [{ content: 'Hi' }] }, 'missing_required_parameter', 'messages[0].role', 'Missing', '"developer"'],
    [{ messages: [{ role: 'robot', content: '' }] }, 'invalid_value', 'messages[0].role', '"robot"', '"assistant"'],
    [
      { messages: [{ role: 'user' }] },
      'missing_required_parameter',
      'messages[0].content',
      'Missing',
      'a string or an array',
    ],
    [user(null), 'invalid_type', 'messages[0].content', 'null', 'a string or an array'],
    [user([]), 'invalid_value', 'messages[0].content', 'an array of 0', 'at least 1'],
    [user([{ type: 'video' }]), 'invalid_value', 'messages[0].content[0].type', '"video"', '"text" or "image_url"'],
    [user([{ type: 'text' }]), 'missing_required_parameter', 'messages[0].content[0].text', 'Missing', 'a string'],
    [user(['Hi']), 'invalid_type', 'messages[0].content[0]', '"Hi"', 'an object'],
    [
      { messages: [{ role: 'tool', content: '' }] },
      'missing_required_parameter',
      'messages[0].tool_call_id',
      'Missing',
      'a string',
    ],
    [{ ...hi, model: 7 }, 'invalid_type', 'model', '7', 'a string'],
    [{ ...hi, temperature: 'hot' }, 'invalid_type', 'temperature', '"hot"', 'a number'],
    [{ ...hi, temperature: 2.5 }, 'invalid_value', 'temperature', '2.5', 'at most 2'],
    [{ ...hi, top_p: -1 }, 'invalid_value', 'top_p', '-1', 'at least 0'],
    [{ ...hi, repetition_penalty: 0 }, 'invalid_value', 'repetition_penalty', '0', 'more than 0'],
    [{ ...hi, max_tokens: 1.5 }, 'invalid_type', 'max_tokens', '1.5', 'an integer'],
    [{ ...hi, max_tokens: 0 }, 'invalid_value', 'max_tokens', '0', 'at least 1'],
    [{ ...hi, seed: 2 ** 60 }, 'invalid_value', 'seed', '1152921504606847000', 'at most'],
    [{ ...hi, n: 129 }, 'invalid_value', 'n', '129', 'at most 128'],
    [{ ...hi, stop: 7 }, 'invalid_type', 'stop', '7', 'a string or an array'],
    [{ ...hi, stop: '' }, 'invalid_value', 'stop', '""', 'at least 1 characters'],
    [{ ...hi, stop: ['a', 'b', 'c', 'd', 'e'] }, 'invalid_value', 'stop', 'an array of 5', 'at most 4 items'],
    [{ ...hi, stop: ['a', null] }, 'invalid_type', 'stop[1]', 'null', 'a string'],
    [{ ...hi, logit_bias: { '5': 101 } }, 'invalid_value', 'logit_bias.5', '101', 'at most 100'],
    [{ ...hi, logit_bias: { '-1': 1 } }, 'invalid_value', 'logit_bias', '"-1"', 'token ids from 0 to 999'],
    [{ ...hi, logit_bias: { '1000': 1 } }, 'invalid_value', 'logit_bias', '"1000"', 'token ids from 0 to 999'],
    [{ ...hi, top_logprobs: 21, logprobs: true }, 'invalid_value', 'top_logprobs', '21', 'at most 20'],
    [{ ...hi, top_logprobs: 2 }, 'invalid_value', 'top_logprobs', 'logprobs', 'true'],
    [{ ...hi, stream: 'yes' }, 'invalid_type', 'stream', '"yes"', 'a boolean'],
    [{ ...hi, response_format: { type: 'xml' } }, 'invalid_value', 'response_format.type', '"xml"', '"json_schema"'],
    [
      { ...hi, response_format: { type: 'json_schema' } },
      'missing_required_parameter',
      'response_format.json_schema',
      'Missing',
      'an object',
    ],
    [{ ...hi, response_format: { type: 'regex', regex: 7 } }, 'invalid_type', 'response_format.regex', '7', 'a string'],
    [{ ...hi, tool_choice: 'must' }, 'invalid_value', 'tool_choice', '"must"', '"required" or an object'],
    [{ ...hi, tools: [{ type: 'custom' }] }, 'invalid_value', 'tools[0].type', '"custom"', '"function"'],
    [
      { ...hi, tools: [tool, { type: 'function', function: { name: 'not a name' } }] },
      'invalid_value',
      'tools[1].function.name',
      '"not a name"',
      '/^[a-zA-Z0-9_-]{1,64}$/',
    ],
    [{ ...hi, tools: Array(129).fill(tool) }, 'invalid_value', 'tools', 'an array of 129', 'at most 128'],
    [{ ...hi, tools: [tool, tool] }, 'invalid_value', 'tools[1].function.name', "'f'", 'two functions'],
    [
      { ...hi, functions: [{ name: 'f' }, { name: 'f' }] },
      'invalid_value',
      'functions[1].name',
      "'f'",
      'two functions',
    ],
    [{ ...hi, tool_choice: 'required' }, 'invalid_value', 'tool_choice', 'none are given', 'functions to call'],
    [{ ...hi, function_call: { name: 'f' } }, 'invalid_value', 'function_call', 'none are given', 'functions to call'],
    [{ ...hi, tool_choice: chosen('f') }, 'invalid_value', 'tool_choice', 'none are given', 'functions to call'],
    [
      { ...hi, tools: [tool], tool_choice: chosen('g') },
      'invalid_value',
      'tool_choice.function.name',
      "'g'",
      'one of f',
    ],
    [
      { ...hi, tools: [tool], tool_choice: { type: 'custom' } },
      'invalid_value',
      'tool_choice.type',
      '"custom"',
      '"function" or "allowed_tools"',
    ],
    [
      {
        ...{ ...hi, tools: [tool] },
        tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [chosen('f'), chosen('g')] } },
      },
      'invalid_value',
      'tool_choice.allowed_tools.tools[1].function.name',
      "'g'",
      'one of f',
    ],
    [
      { ...hi, functions: [{ name: 'f' }], function_call: { name: 'g' } },
      'invalid_value',
      'function_call.name',
      "'g'",
      'one of f',
    ],
    [
      { messages: [...hi.messages, { role: 'tool', content: '', tool_call_id: 'c9' }] },
      'invalid_value',
      'messages[1].tool_call_id',
      "'c9'",
      'no call at all',
    ],
    [
      { messages: [called('c1'), { role: 'tool', content: '', tool_call_id: 'c9' }] },
      'invalid_value',
      'messages[1].tool_call_id',
      "'c9'",
      'only of c1',
    ],
    [
      { messages: [{ role: 'tool', content: '', tool_call_id: 'c1' }, called('c1')] },
      'invalid_value',
      'messages[0].tool_call_id',
      "'c1'",
      'no call at all',
    ],
    [{ ...hi, reasoning_effort: 'huge' }, 'invalid_value', 'reasoning_effort', '"huge"', '"none" or "minimal"'],
    [{ ...hi, reasoning_format: 'raw' }, 'invalid_value', 'reasoning_format', '"raw"', '"inline"'],
    [{ ...hi, chat_template_kwargs: 7 }, 'invalid_type', 'chat_template_kwargs', '7', 'an object'],
    [{ ...hi, model: 'embedder' }, 'unsupported_model', 'model', 'embedder', 'chat'],
  ])('%j', async (body, code, param, given, allowed) => {
    const response = await post(JSON.stringify(body));
    expect(response.status).toBe(400);
    const { error } = await response.json();
    expect(error).toMatchObject({ type: 'invalid_request_error', code, param });
    expect(error.message).toContain(given);
    expect(error.message).toContain(allowed);
  });

  test('a long value is quoted in part', async () => {
    const { error } = await (await post(JSON.stringify({ ...hi, temperature: 'x'.repeat(10_000) }))).json();
    expect(error.message.length).toBeLessThan(200);
  });
});

describe('what this engine cannot do is refused by name', () => {
  test.each<[object, string, string]>([
    [user([{ type: 'text', text: 'What is it?' }, image]), 'unsupported_image_input', 'messages[0].content[1]'],
    [user([{ type: 'input_audio', input_audio: {} }]), 'unsupported_parameter', 'messages[0].content[0]'],
    [user([{ type: 'file', file: {} }]), 'unsupported_parameter', 'messages[0].content[0]'],
    [{ ...hi, modalities: ['text', 'audio'] }, 'unsupported_parameter', 'modalities'],
    [{ ...hi, audio: { voice: 'x', format: 'wav' } }, 'unsupported_parameter', 'audio'],
    [{ ...hi, web_search_options: {} }, 'unsupported_parameter', 'web_search_options'],
  ])('%j', async (body, code, param) => {
    const response = await post(JSON.stringify(body));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', code, param } });
  });

  test.each([
    { tools: [tool], tool_choice: 'none' },
    { tools: [], tool_choice: 'auto' },
    { response_format: { type: 'text' }, modalities: ['text'] },
    { user: 'me', metadata: { a: 'b' }, store: true, service_tier: 'auto', prediction: null, no_such_field: 1 },
  ])('%j is accepted', async body => {
    expect((await post(JSON.stringify({ ...hi, ...body }))).status).toBe(200);
  });
});

describe('a body that is no request', () => {
  const nested = (open: string, close: string) => `{"messages":${open.repeat(10_000)}1${close.repeat(10_000)}}`;

  test.each<[string, BodyInit | null, number, string]>([
    ['nothing', null, 400, 'invalid_json'],
    ['no JSON', '{"messages":', 400, 'invalid_json'],
    ['not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 400, 'invalid_json'],
    ['cut within a character', new Uint8Array([0x22, 0xc3]), 400, 'invalid_json'],
    ['10,000 arrays deep', nested('[', ']'), 400, 'invalid_json'],
    ['10,000 objects deep', nested('{"a":', '}'), 400, 'invalid_json'],
    ['a lone surrogate', String.raw`{"messages":[{"role":"user","content":"\ud83d"}]}`, 400, 'invalid_json'],
    ['a lone surrogate in a key', String.raw`{"\udc00":1}`, 400, 'invalid_json'],
    ['a number', '7', 400, 'invalid_type'],
    ['50 MB', new Uint8Array(50e6).fill(0x20), 413, 'request_too_large'],
  ])('%s', async (_, body, status, code) => {
    const response = await post(body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', code } });
  });

  test('an endless body is given up', async () => {
    let cancelled = false;
    const endless = new ReadableStream({
      pull: controller => controller.enqueue(new Uint8Array(2 ** 20)),
      cancel: () => {
        cancelled = true;
      },
    });
    expect((await post(endless)).status).toBe(413);
    expect(cancelled).toBe(true);
  });

  test('leaves the engine as it was', async () => {
    expect(engine.running).toBe(0);
    expect((await post(JSON.stringify(hi))).status).toBe(200);
  });
});

test('an unknown model is not found', async () => {
  const response = await post(JSON.stringify({ ...hi, model: 'nowhere' }));
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ error: { code: 'model_not_found', param: 'model' } });
});

test('a template that refuses the messages says why', async () => {
  const strict = new ScriptedEngine({ info: { chatTemplate: "{{ raise_exception('User first') }}" } });
  const request = new Request('https://app.example/v1/chat/completions', { method: 'POST', body: JSON.stringify(hi) });
  const response = await createHandler(scriptedProvider(strict))(request);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    error: { code: 'chat_template_error', param: 'messages', message: expect.stringContaining('User first') },
  });
});
