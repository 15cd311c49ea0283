import { expect, test } from 'vitest';
import { readPieces, splits } from '../../../test/fixtures/read-message.ts';
import { SCRIPTED_MODEL } from '../../../test/fixtures/scripted-engine.ts';
import { planChat } from '../plan-chat.ts';

const model = {
  ...SCRIPTED_MODEL,
  chatTemplate: '<|start_of_role|>{{ messages[0].content }} write between <think></think> and <response></response>',
};
const toolUse = { tools: [{ name: 'get_time' }], choice: 'auto' as const, parallel: true };

test('an answer is read without the marks that stand around it', () => {
  const text = '<think>\nHm\n</think>\n<response>\nIt is <b>grey</b>.\n</response>\n';
  for (const task of [{}, { toolUse }]) {
    const plan = planChat(model, { messages: [{ role: 'user', content: 'x' }], ...task });
    const expected = { content: 'It is <b>grey</b>.', reasoning: 'Hm', calls: [] };
    expect(readPieces(plan.reader(), [text])).toEqual(expected);
    for (const pieces of splits(text)) expect(readPieces(plan.reader(), pieces)).toEqual(expected);
    const { content } = readPieces(plan.reader(), [text.slice(0, -3)]);
    expect(content.trimEnd()).toBe(expected.content);
  }
});
