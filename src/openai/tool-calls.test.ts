import { describe, expect, test } from 'vitest';
import { startChat } from '../../test/fixtures/scripted-chat.ts';
import { TOOL_TEMPLATE, tokensOf, writtenCalls } from '../../test/fixtures/tool-template.ts';

const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const functions = [
  { name: 'get_weather', description: 'The weather in a city.', parameters: city },
  { name: 'get_time', parameters: city },
];
const tools = functions.map(definition => ({ type: 'function', function: definition }));

const weather = writtenCalls(['get_weather', { city: 'Oslo' }]);
const both = writtenCalls(['get_weather', { city: 'Oslo' }], ['get_time', { city: 'Oslo' }]);

/** A model whose answer is `text`, in tokens of some characters. */
function saying(text: string, length?: number) {
  return startChat({ info: { chatTemplate: TOOL_TEMPLATE }, answer: tokensOf(text, length) });
}

async function choiceOf(text: string, body: object) {
  const { choices } = await (await saying(text).post({ tools, ...body })).json();
  return choices[0];
}

const id = expect.stringMatching(/^call_[0-9a-f]{32}$/);
const call = (name: string, json: string) => ({ id, type: 'function', function: { name, arguments: json } });

describe('a message', () => {
  test('that calls', async () => {
    expect(await choiceOf(weather, {})).toEqual({
      index: 0,
      message: {
        role: 'assistant',
        content: null,
        refusal: null,
        tool_calls: [call('get_weather', '{"city":"Oslo"}')],
      },
      logprobs: null,
      finish_reason: 'tool_calls',
    });
  });

  test('that says something first, and calls twice', async () => {
    const { message, finish_reason } = await choiceOf(`I will look.\n${both}`, {});
    expect(message.content).toBe('I will look.');
    expect(message.tool_calls).toEqual([call('get_weather', '{"city":"Oslo"}'), call('get_time', '{"city":"Oslo"}')]);
    expect(message.tool_calls[0].id).not.toBe(message.tool_calls[1].id);
    expect(finish_reason).toBe('tool_calls');
  });

  test('that goes on behind its calls, does so in a paragraph of its own', async () => {
    const { message } = await choiceOf(`I will look.\n${weather}\nDone.`, {});
    expect(message.content).toBe('I will look.\n\nDone.');
  });

  test('that calls nothing, though it could', async () => {
    const { message, finish_reason } = await choiceOf('Hello there.', {});
    expect(message).toEqual({ role: 'assistant', content: 'Hello there.', refusal: null });
    expect(finish_reason).toBe('stop');
  });

  test('whose call is cut off', async () => {
    const { message, finish_reason } = await choiceOf(weather, { max_tokens: 14 });
    expect(message.tool_calls).toEqual([call('get_weather', '{"city"')]);
    expect(finish_reason).toBe('length');
  });

  test('in each of n choices', async () => {
    const answers = ['Hello.', weather, both];
    const { post } = startChat({
      info: { chatTemplate: TOOL_TEMPLATE },
      answer: (_, choice) => tokensOf(answers[choice] ?? ''),
    });
    const { choices } = await (await post({ tools, n: 3 })).json();
    expect(choices.map(({ finish_reason }: { finish_reason: string }) => finish_reason)).toEqual([
      'stop',
      'tool_calls',
      'tool_calls',
    ]);
    expect(choices[2].message.tool_calls).toHaveLength(2);
  });

  test('of functions, as the API was before there were tools', async () => {
    const { post } = saying(weather);
    const { choices } = await (await post({ functions })).json();
    expect(choices[0]).toMatchObject({
      message: { content: null, function_call: { name: 'get_weather', arguments: '{"city":"Oslo"}' } },
      finish_reason: 'function_call',
    });
    expect(choices[0].message).not.toHaveProperty('tool_calls');
  });
});

describe('what is thought', () => {
  const thought = `<think>\nWhere is it?\n</think>\n\n`;

  test('stands apart, and is counted', async () => {
    const { choices, usage } = await (await saying(`${thought}In Oslo.`).post({})).json();
    expect(choices[0].message).toEqual({
      role: 'assistant',
      content: 'In Oslo.',
      refusal: null,
      reasoning_content: 'Where is it?',
    });
    expect(usage.completion_tokens_details.reasoning_tokens).toBeGreaterThan(2);
    expect(usage.completion_tokens_details.reasoning_tokens).toBeLessThan(usage.completion_tokens - 1);
  });

  test('comes before a call', async () => {
    const { message } = await choiceOf(thought + weather, {});
    expect(message).toMatchObject({ content: null, reasoning_content: 'Where is it?', tool_calls: [{}] });
  });

  test('is in the content with reasoning_format "inline"', async () => {
    const { message } = await choiceOf(`${thought}In Oslo.`, { reasoning_format: 'inline' });
    expect(message.content).toBe('<think>\nWhere is it?\n</think>\n\nIn Oslo.');
    expect(message).not.toHaveProperty('reasoning_content');
  });

  test('comes in pieces of its own', async () => {
    const { deltas } = await streamed(`${thought}In Oslo.`, {});
    expect(deltas.map(delta => delta.reasoning_content ?? '').join('')).toBe('Where is it?');
    expect(deltas.map(delta => delta.content ?? '').join('')).toBe('In Oslo.');
    for (const delta of deltas) expect(Object.keys(delta).length).toBeLessThanOrEqual('role' in delta ? 3 : 1);
  });

  test.each([
    [{ reasoning_effort: 'none' }, 'assistant: <think></think>'],
    [{ reasoning_effort: 'high' }, 'assistant:'],
    [{ chat_template_kwargs: { enable_thinking: false } }, 'assistant: <think></think>'],
  ])('is what %j asks of the template', async (body, end) => {
    const { engine, post } = saying('Hi');
    await post(body);
    expect(promptOf(engine).endsWith(end)).toBe(true);
  });
});

/** A stream's chunks, and the deltas of its one choice. */
async function streamed(text: string, body: object, length?: number) {
  const response = await saying(text, length).post({ tools, stream: true, ...body });
  const events = (await response.text()).trimEnd().split('\n\n');
  expect(events.pop()).toBe('data: [DONE]');
  const choices = events.map(event => JSON.parse(event.slice('data: '.length)).choices[0]);
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it, and a wrong shape fails them
  return { choices, deltas: choices.map(({ delta }) => delta) as any[] };
}

describe('a stream', () => {
  test('begins each call with its index, id and name, and adds to its arguments', async () => {
    const { choices, deltas } = await streamed(weather, {}, 8);
    expect(deltas[0]).toEqual({ role: 'assistant', content: null, refusal: null });
    expect(deltas[1]).toEqual({ tool_calls: [{ index: 0, ...call('get_weather', '') }] });
    const pieces = deltas.slice(2, -1);
    for (const { tool_calls } of pieces) {
      expect(tool_calls).toEqual([{ index: 0, function: { arguments: expect.stringMatching(/./) } }]);
    }
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.map(({ tool_calls }) => tool_calls[0].function.arguments).join('')).toBe('{"city":"Oslo"}');
    expect(choices.at(-1)).toMatchObject({ delta: {}, finish_reason: 'tool_calls' });
  });

  test.each([1, 2, 3, 5, 8, 1000])('has the same message in tokens of %i characters', async length => {
    const { deltas } = await streamed(`I will look.\n${both}`, {}, length);
    expect(deltas.map(({ content }) => content ?? '').join('')).toBe('I will look.');
    const pieces = deltas.flatMap(({ tool_calls }) => tool_calls ?? []);
    const calls = [0, 1].map(index => {
      const own = pieces.filter(piece => piece.index === index);
      return [own[0].function.name, own.map(piece => piece.function.arguments).join('')];
    });
    expect(calls).toEqual([
      ['get_weather', '{"city":"Oslo"}'],
      ['get_time', '{"city":"Oslo"}'],
    ]);
  });

  test('of n choices has calls of each, apart by its index', async () => {
    const { choices } = await streamed(weather, { n: 2 });
    for (const index of [0, 1]) {
      const own = choices.filter(choice => choice.index === index);
      const pieces = own.flatMap(({ delta }) => delta.tool_calls ?? []);
      expect(pieces.map(piece => piece.function.arguments).join('')).toBe('{"city":"Oslo"}');
      expect(own.at(-1).finish_reason).toBe('tool_calls');
    }
    const ids = choices.flatMap(({ delta }) => delta.tool_calls?.[0].id ?? []);
    expect(new Set(ids).size).toBe(2);
  });

  test('whose call is cut off ends with "length"', async () => {
    const { choices, deltas } = await streamed(weather, { max_tokens: 14 });
    const pieces = deltas.flatMap(({ tool_calls }) => tool_calls ?? []);
    expect(pieces.map(piece => piece.function.arguments).join('')).toBe('{"city"');
    expect(choices.at(-1).finish_reason).toBe('length');
  });

  test('of functions has function_call in its pieces', async () => {
    const { choices, deltas } = await streamed(weather, { tools: undefined, functions });
    expect(deltas[1]).toEqual({ function_call: { name: 'get_weather', arguments: '' } });
    expect(
      deltas
        .slice(2, -1)
        .map(delta => delta.function_call.arguments)
        .join(''),
    ).toBe('{"city":"Oslo"}');
    expect(choices.at(-1).finish_reason).toBe('function_call');
  });

  test('has the log-probabilities of its content, and none of calls', async () => {
    const { choices } = await streamed(`Look:\n${weather}`, { logprobs: true }, 3);
    const tokens = choices.flatMap(({ logprobs }) => logprobs?.content ?? []).map(({ token }) => token);
    expect(tokens).toEqual(['Loo', 'k:\n']);
    const whole = await choiceOf(`Look:\n${weather}`, { logprobs: true });
    expect(whole.logprobs.content.map(({ token }: { token: string }) => token)).toEqual(['Look', ':\n<t']);
  });

  test('has no log-probabilities of mark-up, before the content, within it and behind it', async () => {
    const { post } = startChat({
      info: { chatTemplate: `<|start_of_role|><response></response>${TOOL_TEMPLATE.replaceAll('<tool_call>', '')}` },
      answer: ['<think>', 'Hm', '</think>', '\n', '<response>', '\n', 'Yes', '.', '\n', '</response>', '\n'],
    });
    for (const more of [{}, { tools }]) {
      const { choices } = await (await post({ logprobs: true, ...more })).json();
      expect(choices[0].message).toMatchObject({ content: 'Yes.', reasoning_content: 'Hm' });
      expect(choices[0].logprobs.content.map(({ token }: { token: string }) => token)).toEqual(['Yes', '.']);
    }
  });
});

function promptOf(engine: ReturnType<typeof saying>['engine']): string {
  const { prompt } = engine.requests.at(-1) ?? {};
  return prompt && 'segments' in prompt ? prompt.segments.map(({ text }) => text).join('') : '';
}

/** The names of the functions that a structural tag lets the model call. */
function callable(grammar: unknown): string[] {
  return functions.map(({ name }) => name).filter(name => JSON.stringify(grammar ?? '').includes(`\\"${name}\\"`));
}

describe('what the engine gets', () => {
  async function requested(body: object) {
    const { engine, post } = saying(weather);
    const response = await post({ tools, ...body });
    expect(response.status).toBe(200);
    return { prompt: promptOf(engine), grammar: engine.requests[0]?.grammar };
  }

  const chosen = (name: string) => ({ type: 'function', function: { name } });
  const allowed = (mode: string) => ({ type: 'allowed_tools', allowed_tools: { mode, tools: [chosen('get_time')] } });

  test.each<[object, string[]]>([
    [{}, ['get_weather', 'get_time']],
    [{ tool_choice: 'auto' }, ['get_weather', 'get_time']],
    [{ tool_choice: 'required' }, ['get_weather', 'get_time']],
    [{ tool_choice: chosen('get_time') }, ['get_time']],
    [{ tool_choice: allowed('auto') }, ['get_time']],
    [{ tool_choice: allowed('required') }, ['get_time']],
    [{ tools: undefined, functions, function_call: { name: 'get_time' } }, ['get_time']],
  ])('by %j is a grammar of calls, and a prompt with all tools', async (body, names) => {
    const { prompt, grammar } = await requested(body);
    expect(callable(grammar)).toEqual(names);
    expect(prompt).toContain('tool: {"name": "get_weather", "description": "The weather in a city.", "parameters": {');
    expect(prompt).toContain('tool: {"name": "get_time"');
  });

  test.each([{ tool_choice: 'none' }, { tools: [] }, { tools: undefined, functions, function_call: 'none' }])(
    'by %j is as if there were no tools',
    async body => {
      expect(await requested(body)).toEqual({ prompt: 'user: Hi\nassistant:', grammar: undefined });
    },
  );

  test('may demand a call or leave it, and allow several or one', async () => {
    const grammars = await Promise.all(
      [
        {},
        { tool_choice: 'required' },
        { parallel_tool_calls: false },
        { tool_choice: 'required', parallel_tool_calls: false },
      ].map(async body => JSON.stringify((await requested(body)).grammar)),
    );
    expect(new Set(grammars).size).toBe(4);
  });

  test('with a format is a grammar of both', async () => {
    const response_format = { type: 'json_schema', json_schema: { name: 'x', schema: { const: 'no call' } } };
    const { grammar } = await requested({ response_format });
    expect(callable(grammar)).toEqual(['get_weather', 'get_time']);
    expect(JSON.stringify(grammar)).toContain('no call');
  });

  test('is earlier calls and their answers, by ids or without', async () => {
    const asked = { role: 'user', content: 'And in Oslo?' };
    const made = { name: 'get_weather', arguments: '{"city":"Oslo"}' };
    const end =
      'assistant: <tool_call>{"name": "get_weather", "arguments": {"city": "Oslo"}}</tool_call>\ntool: Rain.\nassistant:';
    const withTools = [
      asked,
      { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: made }] },
      { role: 'tool', tool_call_id: 'c1', content: 'Rain.' },
    ];
    expect((await requested({ messages: withTools })).prompt.endsWith(end)).toBe(true);
    const withFunctions = [
      asked,
      { role: 'assistant', content: null, function_call: made },
      { role: 'function', name: 'get_weather', content: 'Rain.' },
    ];
    expect((await requested({ messages: withFunctions })).prompt.endsWith(end)).toBe(true);
  });

  test('is what was thought in earlier turns, where the template wants it', async () => {
    const messages = [{ role: 'assistant', content: 'Yes.', reasoning_content: 'Is it?' }];
    expect((await requested({ messages })).prompt).toContain('assistant: <think>Is it?</think> Yes.\n');
  });
});
