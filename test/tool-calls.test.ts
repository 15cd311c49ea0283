import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { formats } from '../src/chat/formats/choose-format.ts';
import { type ChatTask, planChat } from '../src/chat/plan-chat.ts';
import type { FunctionTool, ToolUse } from '../src/chat/tools.ts';
import type { ModelInfo } from '../src/engine/engine.ts';
import { readGguf } from '../src/gguf/read-gguf.ts';
import { createTokenizer } from '../src/tokenizer/tokenizer.ts';
import { bytesSource } from './fixtures/bytes-source.ts';
import { randomSchema } from './fixtures/random-schema.ts';
import { randomWriter } from './fixtures/random-writer.ts';
import { readPieces } from './fixtures/read-message.ts';
import { SCRIPTED_MODEL } from './fixtures/scripted-engine.ts';
import { tinyVocabulary } from './fixtures/tiny-vocabulary.ts';
import { writeGguf } from './fixtures/write-gguf.ts';

/** Every mark of every format is a control token, as in most models' vocabularies. */
const marks = [...new Set(formats.flatMap(format => format.marks))].filter(mark => mark !== '');
const { metadata } = await readGguf(bytesSource(writeGguf({ metadata: tinyVocabulary(marks).metadata, tensors: [] })));
const tokenizer = createTokenizer(metadata);
const write = randomWriter(tokenizer);
const ajv = new Ajv2020({ strict: false, validateSchema: false, logger: false, multipleOfPrecision: 9 });
addFormats.default(ajv);

const tools: readonly FunctionTool[] = [
  {
    name: 'get_weather',
    parameters: {
      type: 'object',
      properties: {
        city: { type: 'string' },
        days: { type: 'integer', minimum: 1, maximum: 14 },
        unit: { enum: ['°C', '°F', null] },
        places: { type: 'array', items: { $ref: '#/$defs/place' }, maxItems: 2 },
      },
      required: ['city', 'unit'],
      additionalProperties: false,
      $defs: { place: { type: 'object', properties: { name: { type: 'string' } }, additionalProperties: false } },
    },
  },
  { name: 'get_time', parameters: { type: 'object', properties: {}, additionalProperties: false } },
];

function model(toolFormat: string, chatTemplate = '{{ messages }}'): ModelInfo {
  return { ...SCRIPTED_MODEL, chatTemplate, toolFormat, controlTokens: tokenizer.controlTokens };
}

/** What comes of a random answer; `undefined` when it comes to no end. */
async function answer(info: ModelInfo, task: Partial<ChatTask>, seed: number) {
  const plan = planChat(info, { messages: [{ role: 'user', content: 'x' }], ...task });
  if (!plan.grammar) throw new TypeError('there is nothing to hold the answer to');
  const { text, reason } = await write(plan.grammar, seed, { keep: plan.keep, maxTokens: 200 });
  return reason === 'length' ? undefined : { text, ...readPieces(plan.reader(), Array.from(text)) };
}

function expectValid(name: string, json: string, text: string, all = tools): void {
  const tool = all.find(some => some.name === name);
  expect(tool, text).toBeDefined();
  expect(ajv.validate(tool?.parameters ?? {}, JSON.parse(json)), `${text}: ${ajv.errorsText()}`).toBe(true);
}

/** Some answers come to no end: reasoning that nothing closes, and texts that go on and on. */
const MAX_SEEDS = 30;

describe.each(formats)('$name, on a model that says anything', { timeout: 60_000 }, ({ name }) => {
  test.each<[string, Partial<ToolUse>]>([
    ['one call', { parallel: false }],
    ['calls', {}],
    ['a named function', { allowed: ['get_time'] }],
  ])('%s', async (_, more) => {
    const toolUse: ToolUse = { tools, choice: 'required', parallel: true, ...more };
    let finished = 0;
    for (let seed = 1; finished < 4 && seed <= MAX_SEEDS; seed++) {
      const message = await answer(model(name), { toolUse }, seed);
      if (!message) continue;
      finished++;
      expect(message.content, message.text).toBe('');
      expect(message.calls.length, message.text).toBeGreaterThan(0);
      if (!toolUse.parallel) expect(message.calls, message.text).toHaveLength(1);
      for (const call of message.calls) {
        expectValid(call.name, call.arguments, message.text);
        if (toolUse.allowed) expect(toolUse.allowed).toContain(call.name);
      }
    }
    expect(finished).toBeGreaterThan(2);
  });

  test('arguments of random schemas', async () => {
    let finished = 0;
    for (let seed = 1; finished < 3 && seed <= MAX_SEEDS; seed++) {
      const schema = randomSchema(seed);
      const $defs = typeof schema === 'object' ? schema.$defs : undefined;
      const properties = { value: schema, other: { type: 'string' } };
      const parameters = { type: 'object', properties, required: ['value'], additionalProperties: false, $defs };
      const only = [{ name: 'take', parameters }];
      const toolUse: ToolUse = { tools: only, choice: 'required', parallel: false };
      const message = await answer(model(name), { toolUse }, seed);
      if (!message) continue;
      finished++;
      for (const call of message.calls) expectValid(call.name, call.arguments, message.text, only);
    }
    expect(finished).toBeGreaterThan(2);
  });

  test('an answer or calls, each held to its own', async () => {
    const toolUse: ToolUse = { tools, choice: 'auto', parallel: true };
    const schema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };
    const kinds = new Set<string>();
    for (let seed = 1; seed <= 6; seed++) {
      const message = await answer(model(name), { toolUse, answer: { kind: 'json-schema', schema } }, seed);
      if (!message) continue;
      kinds.add(message.calls.length > 0 ? 'calls' : 'answer');
      for (const call of message.calls) expectValid(call.name, call.arguments, message.text);
      if (message.calls.length === 0)
        expect(ajv.validate(schema, JSON.parse(message.content)), message.text).toBe(true);
    }
    expect(kinds.size).toBeGreaterThan(0);
  });
});
