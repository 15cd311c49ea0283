import { expect, test } from 'vitest';
import { compileTemplate } from '../template.ts';
import { chooseFormat } from './choose-format.ts';

/** What tells one family's template from another's. */
test.each([
  ['phi4', "{{ '<|tool|>' + message['tools'] + '<|/tool|>' }}"],
  ['mistral', "{{ '[TOOL_CALLS][' }}"],
  ['mistral-args', "{{ '[TOOL_CALLS]' + name + '[ARGS]' + arguments }}"],
  ['deepseek', "{{ '<｜tool▁calls▁begin｜>' + '```json' }}"],
  ['deepseek-plain', "{{ '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>' + name + '<｜tool▁sep｜>' }}"],
  ['harmony', "{{ '<|start|>assistant<|channel|>final<|message|>' }}"],
  ['functionary', "{{ '>>>all\\n' + content }}"],
  ['qwen-coder', "{{ '<tool_call>\\n<function=' + name + '>\\n' + '<parameter=' }}"],
  ['lfm2', "{{ 'List of tools: <|tool_list_start|>[' }}"],
  ['granite', "{{ '<|start_of_role|>available_tools<|end_of_role|>' }}"],
  ['hermes', "{{ '<|start_of_role|>system<|end_of_role|>' + '<tool_call></tool_call>' }}"],
  ['llama', "{{ '<|start_header_id|>' + '<|python_tag|>' }}"],
  ['hermes', "{{ '<|im_start|>user\\n' + content }}"],
])('%s is the format of %s', (name, template) => {
  expect(chooseFormat(compileTemplate(template), undefined).name).toBe(name);
});

test('a model may have another than its template tells', () => {
  const template = compileTemplate("{{ '<tool_call>' }}");
  expect(chooseFormat(template, 'llama').name).toBe('llama');
  expect(chooseFormat(template, 'unknown').name).toBe('hermes');
});
