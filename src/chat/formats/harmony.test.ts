import { describe, expect, test } from 'vitest';
import { acceptance } from '../../../test/fixtures/byte-grammars.ts';
import { readPieces, splits } from '../../../test/fixtures/read-message.ts';
import { SCRIPTED_MODEL } from '../../../test/fixtures/scripted-engine.ts';
import type { Grammar } from '../../engine/engine.ts';
import { type ChatTask, planChat } from '../plan-chat.ts';

const toolUse = { tools: [{ name: 'get_time' }, { name: 'get_zone' }], choice: 'auto' as const, parallel: true };
const plan = (task: Partial<ChatTask> = {}) => {
  const model = { ...SCRIPTED_MODEL, chatTemplate: "{{ '<|channel|>' }}" };
  return planChat(model, { messages: [{ role: 'user', content: 'x' }], toolUse, ...task });
};

const ANALYSIS = '<|channel|>analysis<|message|>Hm<|end|><|start|>assistant';
const TIME = '<|channel|>commentary to=functions.get_time <|constrain|>json<|message|>{}';
const ZONE = ' to=functions.get_zone<|channel|>commentary json<|message|>{}';
const FINAL = '<|channel|>final<|message|>Noon.';
const NEXT = '<|end|><|start|>assistant';
const called = (...names: readonly string[]) => names.map(name => ({ name, arguments: '{}' }));

describe('an answer', () => {
  test.each<[string, string, object]>([
    ['that is ended by a call', `${TIME}<|call|>`, { calls: called('get_time') }],
    ['with the recipient in either place', `${TIME}${NEXT}${ZONE}`, { calls: called('get_time', 'get_zone') }],
    [
      'of several calls',
      `${ANALYSIS}${ZONE}<|call|><|start|>assistant${TIME}<|call|>`,
      { reasoning: 'Hm', calls: called('get_zone', 'get_time') },
    ],
    ['that names a function alone', '<|channel|>commentary to=get_time<|message|>{}', { calls: called('get_time') }],
    [
      'that calls without arguments',
      '<|channel|>commentary to=functions.get_time<|message|><|call|>',
      { calls: called('get_time') },
    ],
    [
      'that calls where it thinks',
      '<|channel|>analysis to=functions.get_time code<|message|>{}',
      { calls: called('get_time') },
    ],
    [
      'with a preamble',
      `<|channel|>commentary<|message|>Let me see.${NEXT}${TIME}`,
      { content: 'Let me see.', calls: called('get_time') },
    ],
    [
      'with a preamble and an end',
      `<|channel|>commentary<|message|>Wait.${NEXT}${FINAL}`,
      { content: 'Wait.\n\nNoon.' },
    ],
    ['of two thoughts', `${ANALYSIS}${ANALYSIS}${FINAL}`, { content: 'Noon.', reasoning: 'Hm\n\nHm' }],
    ['in JSON', '<|channel|>final <|constrain|>json<|message|>{"a": 1}', { content: '{"a": 1}' }],
  ])('%s', (_, text, parts) => {
    const expected = { content: '', reasoning: '', calls: [], ...parts };
    expect(readPieces(plan().reader(), [text])).toEqual(expected);
    for (const pieces of splits(text)) expect(readPieces(plan().reader(), pieces)).toEqual(expected);
  });
});

describe('the grammar', () => {
  const answer: Grammar = { kind: 'json-schema', schema: { const: 7 } };
  const accepts = (task: Partial<ChatTask>) =>
    acceptance(plan(task).grammar ?? { kind: 'ebnf', source: 'root ::= root' });

  test('of calls takes several, and recipients in either place', async () => {
    const several = await accepts({ toolUse: { ...toolUse, choice: 'required' } });
    for (const text of [TIME, ZONE, `${ANALYSIS}${ZONE}${NEXT}${TIME}`]) expect(await several(text), text).toBe(true);
    for (const text of [FINAL, TIME + ZONE, ZONE.replace('zone', 'zones')])
      expect(await several(text), text).toBe(false);
    const one = await accepts({ toolUse: { ...toolUse, choice: 'required', parallel: false } });
    expect(await one(ZONE)).toBe(true);
    expect(await one(`${ZONE}${NEXT}${TIME}`)).toBe(false);
  });

  test('of an answer holds what is final', async () => {
    for (const task of [{ answer, toolUse: undefined }, { answer }]) {
      const final = await accepts(task);
      for (const text of [
        '<|channel|>final<|message|>7',
        `${ANALYSIS}<|channel|>final <|constrain|>json<|message|>7`,
      ]) {
        expect(await final(text), text).toBe(true);
      }
      expect(await final(FINAL)).toBe(false);
    }
    expect(await (await accepts({ answer }))(TIME)).toBe(true);
  });
});
