import { callList } from './call-list.ts';
import type { ToolFormat } from './format.ts';
import { toJson } from './json-call.ts';

/**
 * Phi-4-mini: a list between `<|tool_call|>` and `<|/tool_call|>`; the template has the tools as a field of the system
 * message, in JSON.
 *
 * Source: https://huggingface.co/microsoft/Phi-4-mini-instruct#tool-enabled-function-calling-format
 */
export const phi4: ToolFormat = {
  name: 'phi4',
  fits: template => template.says('<|/tool|>'),
  ...callList('<|tool_call|>', '<|/tool_call|>'),
  offer: tools => ({
    text: 'You are a helpful assistant with some tools.',
    fields: { tools: toJson(tools.map(tool => tool.function)) },
  }),
};
