import { describe, expect, test } from 'vitest';
import { SCRIPTED_MODEL } from '../../test/fixtures/scripted-engine.ts';
import type { ModelInfo } from '../engine/engine.ts';
import type { MessagePart } from './message-reader.ts';
import { type ChatTask, planChat } from './plan-chat.ts';
import type { ToolUse } from './tools.ts';

const model: ModelInfo = {
  ...SCRIPTED_MODEL,
  chatTemplate: '{{ tools | tojson }}<tool_call><think></think>{% if open %}<think>\n{% endif %}',
  controlTokens: ['</s>', '<think>'],
};
const toolUse: ToolUse = {
  tools: [{ name: 'look_up', parameters: { properties: { city: { type: 'string' } } } }],
  choice: 'auto',
  parallel: true,
};

function read(text: string, task: Partial<ChatTask> = {}): MessagePart[] {
  const reader = planChat(model, { messages: [], toolUse, ...task }).reader();
  return [...reader.push(text), ...reader.end()];
}

describe('an answer', () => {
  test('is split into reasoning, content and calls', () => {
    const call = '<tool_call>\n{"name": "look_up", "arguments": {"city": "Ulm"}}\n</tool_call>';
    expect(read(`<think>\nHm.\n</think>\n\nLet me see.\n${call}\n${call}`)).toEqual([
      { type: 'reasoning', text: 'Hm.' },
      { type: 'content', text: 'Let me see.' },
      { type: 'tool-call', index: 0, name: 'look_up' },
      { type: 'tool-arguments', index: 0, text: '{"city": "Ulm"}' },
      { type: 'tool-call', index: 1, name: 'look_up' },
      { type: 'tool-arguments', index: 1, text: '{"city": "Ulm"}' },
    ]);
  });

  test('may keep its reasoning inline', () => {
    expect(
      read('<think>Hm.</think>Yes.', { reasoningFormat: 'inline' }).map(part => 'text' in part && part.text),
    ).toEqual(['<think>\nHm.', '\n</think>\n\n', 'Yes.']);
  });

  test('begins within its reasoning where the prompt ends there', () => {
    const task = { variables: { open: true } };
    expect(read('Hm.</think>Yes.', task)).toEqual([
      { type: 'reasoning', text: 'Hm.' },
      { type: 'content', text: 'Yes.' },
    ]);
    expect(read('Hm', task)).toEqual([{ type: 'reasoning', text: 'Hm' }]);
  });
});

test('control tokens that matter are kept', () => {
  expect(planChat(model, { messages: [] }).keep).toEqual(['<think>']);
});
