import { describe, expect, test } from 'vitest';
import { acceptance } from '../../test/fixtures/byte-grammars.ts';
import { readPieces } from '../../test/fixtures/read-message.ts';
import { SCRIPTED_MODEL } from '../../test/fixtures/scripted-engine.ts';
import type { Grammar, ModelInfo } from '../engine/engine.ts';
import { type ChatTask, planChat } from './plan-chat.ts';
import type { ToolUse } from './tools.ts';

/** Thinks if it likes, and calls as Hermes does. */
const model: ModelInfo = {
  ...SCRIPTED_MODEL,
  chatTemplate:
    '{{ tools | tojson }}<tool_call><think></think>{{ reasoning_effort }}{{ enable_thinking }}:' +
    '{% if open %}<think>\n{% elif closed %}<think>\n\n</think>\n\n{% endif %}',
  controlTokens: ['</s>', '<think>'],
};
const harmony: ModelInfo = { ...SCRIPTED_MODEL, chatTemplate: "{{ '<|channel|>' }}", controlTokens: ['<|channel|>'] };
const open = { variables: { open: true } };
const closed = { variables: { closed: true } };

const toolUse: ToolUse = {
  tools: [{ name: 'look_up', parameters: { properties: { city: { type: 'string' } } } }],
  choice: 'auto',
  parallel: true,
};
const CALL = '<tool_call>\n{"name": "look_up", "arguments": {"city": "Ulm"}}\n</tool_call>';

const plan = (task: Partial<ChatTask>, info = model) => planChat(info, { messages: [], ...task });
const read = (text: string, task: Partial<ChatTask> = {}, info = model) =>
  readPieces(plan({ toolUse, ...task }, info).reader(), [text]);

describe('an answer', () => {
  test('is split into reasoning, content and calls', () => {
    expect(read(`<think>\nHm.\n</think>\n\nLet me see.\n${CALL}\n${CALL}`)).toEqual({
      reasoning: 'Hm.',
      content: 'Let me see.',
      calls: [
        { name: 'look_up', arguments: '{"city": "Ulm"}' },
        { name: 'look_up', arguments: '{"city": "Ulm"}' },
      ],
    });
  });

  test('may keep its reasoning inline', () => {
    const { content, reasoning } = read('<think>Hm.</think>Yes.', { reasoningFormat: 'inline' });
    expect(content).toBe('<think>\nHm.\n</think>\n\nYes.');
    expect(reasoning).toBe('');
    const { content: known } = read('<|channel|>analysis<|message|>Hm.<|end|>', { reasoningFormat: 'inline' }, harmony);
    expect(known).toBe('<think>\nHm.');
  });

  test('begins within its reasoning where the prompt ends there', () => {
    expect(read('Hm.</think>Yes.', open)).toMatchObject({ reasoning: 'Hm.', content: 'Yes.' });
    expect(read('Hm', open)).toMatchObject({ reasoning: 'Hm', content: '' });
    expect(read('Hm', closed)).toMatchObject({ reasoning: '', content: 'Hm' });
  });

  test('calls nothing within its reasoning', () => {
    expect(read(`<think>${CALL}</think>No.`)).toEqual({ reasoning: CALL, content: 'No.', calls: [] });
  });

  test.each<[string, ModelInfo, string]>([
    ['text', model, ''],
    ['a channel', harmony, '<|channel|>final<|message|>'],
    ['a part', { ...model, toolFormat: 'functionary' }, 'all\n'],
    ['a list of calls', { ...model, toolFormat: 'phi4' }, ''],
  ])('in %s that is held to a format goes on whatever stands in it', (_, info, begin) => {
    const json = `{"a": "${CALL.replaceAll(/"|\n/g, '')}</tool_call><|end|><|tool_call|>[\\n>>>look_up<|channel|>"}\n`;
    const task: Partial<ChatTask> = { toolUse, answer: { kind: 'json' } };
    for (const pieces of [[begin + json], Array.from(begin + json)]) {
      const reader = plan(task, info).reader();
      expect(readPieces(reader, pieces)).toEqual({ reasoning: '', content: json, calls: [] });
    }
    if (begin === '') expect(read(CALL.slice(0, 5), task).content).toBe('');
  });

  test.each([
    ['{"answer": "It is grey in Ulm, and will be."}', 25],
    ['{"name": "Ulm", "is": "grey, and will be"}', 15],
  ])('in an object that is no call comes as it is written: %s', (json, least) => {
    const llama = { ...model, toolFormat: 'llama' };
    for (const task of [{ toolUse }, { toolUse, answer: { kind: 'json' as const } }]) {
      const reader = plan(task, llama).reader();
      const parts = Array.from(json).flatMap(character => reader.push(character));
      expect(parts.length).toBeGreaterThan(least);
      expect(parts.map(part => (part.type === 'content' ? part.text : '')).join('')).toBe(json);
    }
  });

  test('is left as it is where there is nothing to read', () => {
    const text = ' \n<tool_call> <b>\n\n';
    expect(read(text, { toolUse: undefined })).toEqual({ reasoning: '', content: text, calls: [] });
  });

  test('says when it is reasoning', () => {
    const reader = plan({}).reader();
    const states = ['<think>', 'Hm', '</think>', 'Yes'].map(text => {
      reader.push(text);
      return reader.isReasoning;
    });
    expect(states).toEqual([true, true, false, false]);
  });
});

describe('what is no call', () => {
  test.each([
    ['no JSON', '<tool_call>Hm.</tool_call> So.', 'Hm. So.'],
    ['no name', '<tool_call>{"x": 1}</tool_call>', '{"x": 1}'],
  ])('%s', (_, text, content) => {
    expect(read(text)).toEqual({ reasoning: '', content, calls: [] });
  });

  test.each([
    ['the name last', '{"arguments": {"city": "Ulm"}, "id": 1, "name": "look_up"}', '{"city": "Ulm"}'],
    ['no arguments', '{"name": "look_up"}', '{}'],
    ['blanks', ' {\n"name" :\t"look_up" , "arguments":\n{"city" : "Ulm"} } ', '{"city" : "Ulm"}'],
  ])('but one with %s is', (_, json, expected) => {
    expect(read(`<tool_call>${json}</tool_call>`).calls).toEqual([{ name: 'look_up', arguments: expected }]);
  });
});

describe('the grammar', () => {
  const answer: Grammar = { kind: 'json-schema', schema: { const: 7 }, param: 'response_format' };
  const call = { ...toolUse, choice: 'required' as const };
  const wrong = CALL.replace('look_up', 'look_down');

  test.each<[string, Partial<ChatTask>, readonly string[], readonly string[]]>([
    [
      'of an answer',
      { answer },
      ['7', '<think>7, or 8?</think>\n\n7'],
      ['8', '<think>7', '<think></think>8', 'Hm</think>7'],
    ],
    [
      'of an answer whose reasoning has begun',
      { answer, ...open },
      ['Hm</think>7', '</think>\n\n7'],
      ['7', 'Hm</think>8'],
    ],
    ['of an answer without reasoning', { answer, ...closed }, ['7'], ['<think></think>7']],
    [
      'of calls',
      { toolUse: call },
      [CALL, `<think>${wrong}</think>\n\n${CALL}\n${CALL}`],
      ['7', wrong, `<think></think>${wrong}`],
    ],
    ['of a single call', { toolUse: { ...call, parallel: false } }, [CALL], [`${CALL}\n${CALL}`]],
    [
      'of text and calls',
      { toolUse },
      ['7', `So: ${CALL}`, `<think>${wrong}</think>So: ${CALL}`],
      [wrong, `<think></think>${wrong}`],
    ],
    [
      'of an answer or calls',
      { toolUse, answer },
      ['7', CALL, `${CALL}\n${CALL}`, `<think>8</think>${CALL}`],
      ['8', wrong, `7${CALL}`],
    ],
  ])('%s', async (_, task, fitting, others) => {
    const { grammar } = plan(task);
    const accepts = await acceptance(grammar ?? { kind: 'ebnf', source: 'root ::= root' });
    for (const text of fitting) expect(await accepts(text), text).toBe(true);
    for (const text of others) expect(await accepts(text), text).toBe(false);
  });

  test('of an answer in a channel of its own', async () => {
    const accepts = await acceptance(plan({ answer }, harmony).grammar ?? answer);
    const final = '<|channel|>final<|message|>';
    expect(await accepts(`${final}7`)).toBe(true);
    expect(await accepts(`<|channel|>analysis<|message|>8<|end|><|start|>assistant${final}7`)).toBe(true);
    for (const text of ['7', `${final}8`, `<|channel|>analysis<|message|>7`]) expect(await accepts(text)).toBe(false);
  });

  test('is none where anything goes, and the answer’s own where nothing comes before it', () => {
    expect(plan({}).grammar).toBeUndefined();
    expect(plan({ answer, ...closed }).grammar).toBe(answer);
  });

  test('allows some of the tools, and refuses a schema by its place', async () => {
    const tools = [
      ...toolUse.tools,
      { name: 'odd', parameters: { properties: { x: { uniqueItems: true } } }, param: 'tools[1].function.parameters' },
    ];
    const use = (more: Partial<ToolUse>) => plan({ toolUse: { ...call, tools, ...more } }).grammar ?? answer;
    const only = await acceptance(use({ allowed: ['look_up'] }));
    expect(await only(CALL)).toBe(true);
    expect(await only(CALL.replace('look_up', 'odd'))).toBe(false);
    const error = { code: 'invalid_json_schema', param: 'tools[1].function.parameters.properties.x.uniqueItems' };
    await expect(acceptance(use({}))).rejects.toMatchObject(error);
    await acceptance(use({ choice: 'auto' })); // enforced as far as it can be
  });
});

test('a strict function whose parameters cannot be told apart is refused where each is written by itself', () => {
  const coder = { ...model, toolFormat: 'qwen-coder' };
  const parameters = { type: 'object', properties: {}, anyOf: [{ required: ['a'] }, { required: ['b'] }] };
  const use = (strict: boolean) => {
    const odd = { name: 'odd', parameters, strict, param: 'tools[0].function.parameters' };
    return plan({ toolUse: { ...toolUse, tools: [odd] } }, coder);
  };
  const error = { code: 'invalid_json_schema', param: 'tools[0].function.parameters.anyOf' };
  expect(() => use(true)).toThrow(expect.objectContaining(error));
  expect(use(false).grammar).toBeDefined();
});

test('control tokens that matter are kept', () => {
  expect(plan({}).keep).toEqual(['<think>']);
  expect(plan({}, harmony).keep).toEqual(['<|channel|>']);
});

test('an effort reaches the template in whichever way it asks', () => {
  const promptOf = (effort?: string) =>
    plan({ reasoningEffort: effort })
      .prompt.map(({ text }) => text)
      .join('');
  expect(promptOf('high')).toBe('null<tool_call><think></think>hightrue:');
  expect(promptOf('none')).toBe('null<tool_call><think></think>lowfalse:');
  expect(promptOf()).toBe('null<tool_call><think></think>:');
});
