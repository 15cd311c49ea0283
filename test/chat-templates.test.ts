import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ChatTask, planChat } from '../src/chat/plan-chat.ts';
import type { ChatMessage } from '../src/chat/render-prompt.ts';
import type { FunctionTool } from '../src/chat/tools.ts';
import type { ModelInfo } from '../src/engine/engine.ts';
import { goldenAbsent, goldenPath } from './fixtures/golden.ts';
import { readPieces, splits } from './fixtures/read-message.ts';
import { startChat } from './fixtures/scripted-chat.ts';
import { SCRIPTED_MODEL } from './fixtures/scripted-engine.ts';

const tools: readonly FunctionTool[] = [
  {
    name: 'get_weather',
    description: 'The weather in a city.',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string', description: 'Its name.' }, days: { type: 'integer' } },
      required: ['city'],
    },
  },
  { name: 'get_time', description: 'The time now.' },
];

/** Two calls and their results, ready for the next answer. */
const conversation: readonly ChatMessage[] = [
  { role: 'user', content: 'How is the weather in Ulm and Bonn?' },
  {
    role: 'assistant',
    content: 'Let me see.',
    reasoning_content: 'That takes two calls.',
    tool_calls: [
      called('call_1', 'get_weather', '{"city":"Ulm","days":2}'),
      called('call_2', 'get_weather', '{"city":"Bonn"}'),
    ],
  },
  { role: 'tool', tool_call_id: 'call_1', content: '{"sky":"grey"}' },
  { role: 'tool', tool_call_id: 'call_2', content: '{"sky":"blue"}' },
];

function called(id: string, name: string, json: string) {
  return { id, type: 'function' as const, function: { name, arguments: json } };
}

/** What the models of a family write, after their makers' own descriptions: text, one call, and two. */
interface Answers {
  /** In front of everything. */
  readonly start?: string;
  /** Words that may stand in front of a call. */
  readonly words?: string;
  readonly one: string;
  readonly two?: string;
}

const TOOL_CALL = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Ulm", "days": 2}}\n</tool_call>';
const hermes: Answers = {
  words: 'Let me see.\n\n',
  one: TOOL_CALL,
  two: `${TOOL_CALL}\n<tool_call>\n{"name": "get_time", "arguments": {}}\n</tool_call>`,
};
const WEATHER_AND_TIME =
  '[{"name": "get_weather", "arguments": {"city": "Ulm", "days": 2}}, {"name": "get_time", "arguments": {}}]';
const listed = (open: string): Answers => ({
  words: 'Let me see. ',
  one: `${open}[{"name": "get_weather", "arguments": {"city": "Ulm", "days": 2}}]`,
  two: `${open}${WEATHER_AND_TIME}`,
});
const CODER =
  '<tool_call>\n<function=get_weather>\n<parameter=city>\nUlm\n</parameter>\n<parameter=days>\n2\n</parameter>\n' +
  '</function>\n</tool_call>';
const R1 =
  '<｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n{"city": "Ulm", "days": 2}\n```<｜tool▁call▁end｜>';
const R1_TIME = '<｜tool▁call▁begin｜>function<｜tool▁sep｜>get_time\n```json\n{}\n```<｜tool▁call▁end｜>';

const FAMILIES: readonly { readonly file: string; readonly format: string; readonly answers: Answers }[] = [
  { file: 'HuggingFaceTB-SmolLM3-3B', format: 'hermes', answers: hermes },
  {
    file: 'LFM2.5-Instruct',
    format: 'lfm2',
    answers: {
      words: 'Let me see. ',
      one: '<|tool_call_start|>[get_weather(city="Ulm", days=2)]<|tool_call_end|>',
      two: '<|tool_call_start|>[get_weather(city="Ulm", days=2), get_time()]<|tool_call_end|>',
    },
  },
  { file: 'NousResearch-Hermes-2-Pro-Llama-3-8B-tool_use', format: 'hermes', answers: hermes },
  { file: 'NousResearch-Hermes-3-Llama-3.1-8B-tool_use', format: 'hermes', answers: hermes },
  { file: 'Qwen-Qwen2.5-7B-Instruct', format: 'hermes', answers: hermes },
  { file: 'Qwen-Qwen3-0.6B', format: 'hermes', answers: hermes },
  {
    file: 'Qwen3-Coder',
    format: 'qwen-coder',
    answers: {
      words: 'Let me see.\n\n',
      one: CODER,
      two: `${CODER}\n<tool_call>\n<function=get_time>\n</function>\n</tool_call>`,
    },
  },
  {
    file: 'deepseek-ai-DeepSeek-R1-Distill-Qwen-32B',
    format: 'deepseek',
    answers: {
      words: 'Let me see.\n\n',
      one: `<｜tool▁calls▁begin｜>${R1}<｜tool▁calls▁end｜>`,
      two: `<｜tool▁calls▁begin｜>${R1}\n${R1_TIME}<｜tool▁calls▁end｜>`,
    },
  },
  { file: 'google-gemma-2-2b-it', format: 'hermes', answers: hermes },
  { file: 'ibm-granite-granite-3.3-2B-Instruct', format: 'granite', answers: listed('<|tool_call|>') },
  {
    file: 'meetkai-functionary-medium-v3.2',
    format: 'functionary',
    answers: {
      words: 'all\nLet me see.\n>>>',
      one: 'get_weather\n{"city": "Ulm", "days": 2}',
      two: 'get_weather\n{"city": "Ulm", "days": 2}>>>get_time\n{}',
    },
  },
  {
    file: 'meta-llama-Llama-3.2-3B-Instruct',
    format: 'llama',
    answers: {
      one: '{"name": "get_weather", "parameters": {"city": "Ulm", "days": 2}}',
      two: '{"name": "get_weather", "parameters": {"city": "Ulm", "days": 2}}; {"name": "get_time", "parameters": {}}',
    },
  },
  { file: 'microsoft-Phi-3.5-mini-instruct', format: 'hermes', answers: hermes },
  { file: 'mistralai-Mistral-Nemo-Instruct-2407', format: 'mistral', answers: listed('[TOOL_CALLS]') },
  {
    file: 'openai-gpt-oss-120b',
    format: 'harmony',
    answers: {
      start: '<|channel|>analysis<|message|>I should look.<|end|><|start|>assistant',
      words: '<|channel|>commentary<|message|>Let me see.<|end|><|start|>assistant',
      one: '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city": "Ulm", "days": 2}',
    },
  },
];

const of = (parameter: unknown) => ({ type: 'object', properties: { parameter } });
/** As libraries write them, and people. */
const SCHEMAS: readonly Readonly<Record<string, unknown>>[] = [
  {},
  of({ anyOf: [{ type: 'string' }, { type: 'null' }], default: null }),
  of({ type: ['string', 'null'] }),
  of({ enum: ['a', 1, null] }),
  of({ type: 'array', items: { anyOf: [{ type: 'string' }, of({ type: 'number' })] } }),
  of(of(of({ type: 'array', items: of({ type: 'integer' }) }))),
  of({ type: 'object', additionalProperties: true }),
  of({ $ref: '#/$defs/other' }),
  of({ prefixItems: [{ type: 'string' }], items: false }),
  { type: 'object', properties: { items: { type: 'string' }, get: {}, type: { type: 'string' } } },
];

/** A model with a published template. */
function family(file: string): ModelInfo {
  const chatTemplate = readFileSync(goldenPath(`templates/${file}.jinja`), 'utf8');
  return { ...SCRIPTED_MODEL, chatTemplate, bosToken: '<s>', contextLength: 100_000 };
}

function planFor(model: ModelInfo, more: Partial<ChatTask> = {}) {
  const toolUse = { tools, choice: 'auto' as const, parallel: true };
  return planChat(model, { messages: conversation, toolUse, ...more });
}

function read(model: ModelInfo, pieces: readonly string[]) {
  const { calls, ...texts } = readPieces(planFor(model).reader(), pieces);
  return { ...texts, calls: calls.map(call => ({ ...call, arguments: JSON.parse(call.arguments) })) };
}

const WEATHER = { name: 'get_weather', arguments: { city: 'Ulm', days: 2 } };
const TIME = { name: 'get_time', arguments: {} };

beforeAll(() => void vi.useFakeTimers({ now: new Date(2026, 6, 4, 12), toFake: ['Date'] }));
afterAll(() => void vi.useRealTimers());

if (goldenAbsent) test('published templates', context => context.skip(goldenAbsent));

describe.each(goldenAbsent ? [] : FAMILIES)('$file', ({ file, format, answers }) => {
  test('is asked for the next answer as its makers would', async () => {
    const text = planFor(family(file)).prompt.map(segment => segment.text);
    await expect(`${text.join('')}\n`).toMatchFileSnapshot(`fixtures/prompts/${file}.txt`);
  });

  test('goes on after an answer that was cut off in its thoughts', () => {
    const messages: readonly ChatMessage[] = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: null, reasoning_content: 'Hm' },
      { role: 'user', content: 'Go on' },
    ];
    const prompt = planFor(family(file), { messages, toolUse: undefined }).prompt.map(({ text }) => text);
    expect(prompt.join('')).toContain('Go on');
    expect(prompt.join('')).not.toMatch(/\b(?:null|None|undefined)\b/);
  });

  test.each(SCHEMAS)('tells of a function that takes %j', parameters => {
    const toolUse = { tools: [{ name: 'take', parameters }], choice: 'auto' as const, parallel: true };
    const messages: readonly ChatMessage[] = [{ role: 'user', content: 'Hi' }];
    const prompt = planFor(family(file), { messages, toolUse }).prompt.map(({ text }) => text);
    for (const word of ['take', 'Hi']) expect(prompt.join('')).toContain(word);
  });

  test('goes on after calls whose arguments are no object', () => {
    for (const json of ['{"city": "Ul', '"Ulm"', '["Ulm"]', '']) {
      const messages: readonly ChatMessage[] = [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: null, tool_calls: [called('call_1', 'get_weather', json)] },
        { role: 'tool', tool_call_id: 'call_1', content: 'Which?' },
      ];
      const prompt = planFor(family(file), { messages }).prompt.map(({ text }) => text);
      expect(prompt.join('')).toContain('Which?');
      if (json !== '') expect(prompt.join('')).toContain('Ul');
    }
  });

  test('is told what the system says', () => {
    const messages: readonly ChatMessage[] = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ];
    for (const more of [{}, { toolUse: undefined }]) {
      const prompt = planFor(family(file), { messages, ...more }).prompt.map(({ text }) => text);
      expect(prompt.join('').split('Be brief.')).toHaveLength(2);
    }
  });

  test(`calls as ${format} does`, () => {
    const { start = '', words = '', one, two } = answers;
    const model = family(file);
    const reasoning = start === '' ? '' : 'I should look.';
    expect(read(model, [start + one])).toEqual({ content: '', reasoning, calls: [WEATHER] });
    const content = words === '' ? '' : 'Let me see.';
    expect(read(model, [start + words + one])).toEqual({ content, reasoning, calls: [WEATHER] });
    if (two) expect(read(model, [words + two])).toEqual({ content, reasoning: '', calls: [WEATHER, TIME] });
  });

  test('is read alike wherever the tokens part', () => {
    const { start = '', words = '', one, two } = answers;
    const model = family(file);
    const plan = planFor(model);
    for (const whole of [start + words + (two ?? one), start + one, (start + words + one).slice(0, -9)]) {
      const expected = readPieces(plan.reader(), [whole]);
      expect(readPieces(plan.reader(), Array.from(whole))).toEqual(expected);
      for (const pieces of splits(whole)) expect(readPieces(plan.reader(), pieces)).toEqual(expected);
    }
  });

  test('answers at /v1, a character a token, and is cut off in its call', async () => {
    const { start = '', words = '', one } = answers;
    const characters = Array.from(start + words + one);
    const ask = async (body: object) => {
      const chat = startChat({ info: family(file), answer: characters });
      const described = tools.map(({ name, parameters }) => ({ type: 'function', function: { name, parameters } }));
      return (await chat.post({ tools: described, ...body })).json();
    };
    const { choices: whole } = await ask({});
    expect(whole[0].finish_reason).toBe('tool_calls');
    expect(JSON.parse(whole[0].message.tool_calls[0].function.arguments)).toEqual(WEATHER.arguments);

    const { choices: cut } = await ask({ max_tokens: Array.from(start + words).length + one.indexOf('Ulm') });
    expect(cut[0].finish_reason).toBe('length');
    expect(cut[0].message.content ?? '').toBe(words === '' ? '' : 'Let me see.');
    expect(cut[0].message.tool_calls[0].function.name).toBe('get_weather');
    expect(WEATHER_JSON.startsWith(cut[0].message.tool_calls[0].function.arguments)).toBe(true);
  });
});

const WEATHER_JSON = '{"city": "Ulm", "days": 2}';

test('the embedded model is told of the tools, and what they gave, by its own template', () => {
  const chatTemplate = readFileSync('demo/ember/template.jinja', 'utf8');
  const model = { ...SCRIPTED_MODEL, chatTemplate };
  const prompt = planFor(model).prompt.map(({ text }) => text);
  for (const word of ['get_time', 'Its name.', 'Let me see.', '"Bonn"', '{"sky":"blue"}']) {
    expect(prompt.join('').split(word), word).toHaveLength(2);
  }
  expect(read(model, [hermes.words + hermes.one]).calls).toEqual([WEATHER]);
});
