import { describe, expect, test } from 'vitest';
import { ScriptedEngine, scriptedProvider } from '../../../test/fixtures/scripted-engine.ts';
import { TOOL_TEMPLATE, tokensOf, writtenCalls } from '../../../test/fixtures/tool-template.ts';
import { createHandler } from '../handler.ts';

const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = [
  { type: 'function', name: 'get_weather', description: 'The weather in a city.', parameters, strict: true },
  { type: 'function', name: 'get_time' },
];
const weather = writtenCalls(['get_weather', { city: 'Oslo' }]);

/** A model that says one text after the other. */
function start(...texts: string[]) {
  const engine = new ScriptedEngine({
    info: { chatTemplate: TOOL_TEMPLATE },
    answer: () => tokensOf(texts.shift() ?? ''),
  });
  const handler = createHandler(scriptedProvider(engine));
  const send = (method: string, path: string, body?: object) => {
    const init = { method, ...(body && { body: JSON.stringify(body) }) };
    return handler(new Request(`https://app.example/v1/responses${path}`, init));
  };
  const post = (body: object) => send('POST', '', { input: 'Hi', tools, ...body });
  const prompt = () => {
    const { prompt } = engine.requests.at(-1) ?? {};
    const text = prompt && 'segments' in prompt ? prompt.segments.map(({ text }) => text).join('') : '';
    return text.replace(/^(tool: .*\n)+/, '');
  };
  return { engine, send, post, prompt };
}

const call = (name: string, json: string, status = 'completed') => ({
  id: expect.stringMatching(/^fc_/),
  type: 'function_call',
  call_id: expect.stringMatching(/^call_/),
  name,
  arguments: json,
  status,
});

test('a call is an item of the output, and the tools are told with it', async () => {
  const response = await (await start(weather).post({ tool_choice: 'required', parallel_tool_calls: false })).json();
  expect(response.output).toEqual([call('get_weather', '{"city":"Oslo"}')]);
  expect(response).toMatchObject({ status: 'completed', tool_choice: 'required', parallel_tool_calls: false });
  expect(response.tools).toEqual([
    tools[0],
    { type: 'function', name: 'get_time', description: null, parameters: null, strict: false },
  ]);
});

test('thoughts, text and calls are items one after the other', async () => {
  const { post } = start(`<think>Hm.</think>I will look.\n${weather}\n${writtenCalls(['get_time', {}])}`);
  const { output, usage } = await (await post({ reasoning: { effort: 'high' } })).json();
  expect(output).toEqual([
    {
      id: expect.stringMatching(/^rs_/),
      type: 'reasoning',
      summary: [],
      content: [{ type: 'reasoning_text', text: 'Hm.' }],
      status: 'completed',
    },
    {
      id: expect.stringMatching(/^msg_/),
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'I will look.', annotations: [], logprobs: [] }],
    },
    call('get_weather', '{"city":"Oslo"}'),
    call('get_time', '{}'),
  ]);
  expect(usage.output_tokens_details.reasoning_tokens).toBeGreaterThan(0);
});

test('text behind a call is an item of its own, without the blanks before it', async () => {
  const { output } = await (await start(`I will look.\n${weather}\nDone.`).post({})).json();
  const texts = output.map((item: { content?: { text: string }[] }) => item.content?.[0]?.text);
  expect(texts).toEqual(['I will look.', undefined, 'Done.']);
});

test('a call that is cut off is incomplete', async () => {
  const response = await (await start(weather).post({ max_output_tokens: 14 })).json();
  expect(response.status).toBe('incomplete');
  expect(response.output).toEqual([call('get_weather', '{"city"', 'incomplete')]);
});

test('a stream has the events of each item', async () => {
  const response = await start(`<think>Hm.</think>${weather}`).post({ stream: true });
  const events = (await response.text())
    .trimEnd()
    .split('\n\n')
    .map(event => JSON.parse(event.replace(/^event: .*\ndata: /, '')));
  expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
  const types = events.map(({ type }) => type.replace(/^response\./, ''));
  expect(types.filter((type, index) => type !== types[index - 1])).toEqual([
    'created',
    'in_progress',
    'output_item.added',
    'content_part.added',
    'reasoning_text.delta',
    'reasoning_text.done',
    'content_part.done',
    'output_item.done',
    'output_item.added',
    'function_call_arguments.delta',
    'function_call_arguments.done',
    'output_item.done',
    'completed',
  ]);
  const of = (type: string) => events.filter(event => event.type === `response.${type}`);
  expect(of('output_item.added')).toMatchObject([
    { output_index: 0, item: { type: 'reasoning', status: 'in_progress', content: [] } },
    { output_index: 1, item: { type: 'function_call', status: 'in_progress', name: 'get_weather', arguments: '' } },
  ]);
  const [{ item }] = of('output_item.added').slice(1);
  const place = { item_id: item.id, output_index: 1 };
  for (const delta of of('function_call_arguments.delta')) expect(delta).toMatchObject(place);
  expect(
    of('function_call_arguments.delta')
      .map(({ delta }) => delta)
      .join(''),
  ).toBe('{"city":"Oslo"}');
  const done = { ...place, name: 'get_weather', arguments: '{"city":"Oslo"}' };
  expect(of('function_call_arguments.done')).toMatchObject([done]);
  expect(of('output_item.done')[1].item).toEqual({ ...item, arguments: '{"city":"Oslo"}', status: 'completed' });
  expect(events.at(-1).response.output).toEqual(of('output_item.done').map(({ item }) => item));
});

describe('a conversation with calls', () => {
  const asked =
    'user: Weather in Oslo?\nassistant: <think>Hm.</think> <tool_call>{"name": "get_weather", "arguments": {"city": "Oslo"}}</tool_call>\ntool: Rain.\nassistant:';

  test('goes on from a stored response', async () => {
    const { post, prompt } = start(`<think>Hm.</think>${weather}`, 'It rains.');
    const first = await (await post({ input: 'Weather in Oslo?' })).json();
    const [, { call_id }] = first.output;
    const output = { type: 'function_call_output', call_id, output: 'Rain.' };
    const second = await (await post({ input: [output], previous_response_id: first.id })).json();
    expect(prompt()).toBe(asked);
    expect(second.output).toMatchObject([{ type: 'message', content: [{ text: 'It rains.' }] }]);
  });

  test('goes on from an answer that said something behind its call', async () => {
    const { post, prompt } = start(`I will look.\n${weather}\nDone.`, 'It rains.');
    const first = await (await post({ input: 'Weather in Oslo?' })).json();
    const output = { type: 'function_call_output', call_id: first.output[1].call_id, output: 'Rain.' };
    await post({ input: [output], previous_response_id: first.id });
    expect(prompt()).toBe(asked.replace('<think>Hm.</think>', 'I will look.\nDone.'));
  });

  test('goes on from the items that the client kept', async () => {
    const { post, prompt } = start(`<think>Hm.</think>${weather}`, 'It rains.');
    const input: object[] = [{ role: 'user', content: 'Weather in Oslo?' }];
    const first = await (await post({ input, store: false })).json();
    const output = [{ type: 'input_text', text: 'Rain.' }];
    input.push(...first.output, { type: 'function_call_output', call_id: first.output[1].call_id, output });
    await post({ input, store: false });
    expect(prompt()).toBe(asked);
  });

  test('puts the text and the calls of a turn into one message', async () => {
    const { post, prompt } = start('Ok.');
    const made = (name: string, call_id: string) => ({ type: 'function_call', call_id, name, arguments: '{}' });
    const answered = (call_id: string) => ({ type: 'function_call_output', call_id, output: call_id });
    const text = { role: 'assistant', content: 'I look.' };
    await post({ input: [text, made('a', 'c1'), made('b', 'c2'), answered('c2'), answered('c1'), text, text] });
    expect(prompt()).toBe(
      'assistant: I look. <tool_call>{"name": "a", "arguments": {}}</tool_call> <tool_call>{"name": "b", "arguments": {}}</tool_call>\n' +
        'tool: c2\ntool: c1\nassistant: I look.\nassistant: I look.\nassistant:',
    );
  });

  test.each<[unknown[], string]>([
    [[{ type: 'function_call_output', call_id: 'c1', output: '' }], 'input[0].call_id'],
    [[{ type: 'function_call', call_id: 'c1', name: 'f' }], 'input[0].arguments'],
    [[{ type: 'reasoning', summary: [{ type: 'text' }] }], 'input[0].summary[0].type'],
    [
      [
        { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: [{ type: 'input_image' }] },
      ],
      'input[1].output[0]',
    ],
  ])('refuses the input %j', async (input, param) => {
    const response = await start().post({ input });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param } });
  });

  test.each([
    [{ tool_choice: { type: 'function', name: 'g' } }, 'tool_choice.name'],
    [
      { tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'g' }] } },
      'tool_choice.tools[0].name',
    ],
    [{ tools: [...tools, tools[0]] }, 'tools[2].name'],
    [{ tools: [{ type: 'mcp', server_label: 'x' }] }, 'tools[0].type'],
    [{ reasoning: { effort: 'huge' } }, 'reasoning.effort'],
  ])('refuses %j', async (body, param) => {
    const response = await start().post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_value', param } });
  });
});

describe('the input items of a response', () => {
  async function started() {
    const { post, send } = start(weather, 'It rains.');
    const first = await (await post({ input: 'Weather in Oslo?', instructions: 'Be brief.' })).json();
    const [{ call_id }] = first.output;
    const input = [{ type: 'function_call_output', call_id, output: 'Rain.' }];
    const second = await (await post({ input, previous_response_id: first.id })).json();
    const list = async (query = '') => (await send('GET', `/${second.id}/input_items${query}`)).json();
    return { first, second, send, list };
  }

  test('are the conversation that it answers, the latest first', async () => {
    const { first, list } = await started();
    const { data, ...page } = await list();
    expect(data).toEqual([
      {
        id: expect.stringMatching(/^fco_/),
        type: 'function_call_output',
        call_id: first.output[0].call_id,
        output: 'Rain.',
        status: 'completed',
      },
      first.output[0],
      {
        id: expect.stringMatching(/^msg_/),
        type: 'message',
        role: 'user',
        status: 'completed',
        content: [{ type: 'input_text', text: 'Weather in Oslo?' }],
      },
    ]);
    expect(page).toEqual({ object: 'list', first_id: data[0].id, last_id: data[2].id, has_more: false });
  });

  test('come in pages, in either order', async () => {
    const { list } = await started();
    const ids = (await list('?order=asc')).data.map(({ id }: { id: string }) => id);
    expect(ids).toEqual((await list('?order=desc')).data.map(({ id }: { id: string }) => id).reverse());
    expect(await list('?order=asc&limit=2')).toMatchObject({ first_id: ids[0], last_id: ids[1], has_more: true });
    expect(await list(`?order=asc&after=${ids[1]}`)).toMatchObject({ data: [{ id: ids[2] }], has_more: false });
    expect(await list(`?order=asc&after=${ids[2]}`)).toMatchObject({ data: [], first_id: null, last_id: null });
  });

  test.each([
    ['?limit=0', 'limit'],
    ['?limit=many', 'limit'],
    ['?order=random', 'order'],
    ['?after=msg_nowhere', 'after'],
  ])('are refused by %s', async (query, param) => {
    const { list } = await started();
    expect(await list(query)).toMatchObject({ error: { param } });
  });

  test('of a response that is not there are not found', async () => {
    const response = await start().send('GET', '/resp_nowhere/input_items');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'response_not_found' } });
  });
});
