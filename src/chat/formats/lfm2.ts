import type { ToolFormat } from './format.ts';
import { jsonList } from './json-list.ts';

/**
 * LFM2: a list between `<|tool_call_start|>` and `<|tool_call_end|>`. The models write Python in it unless they are
 * asked for JSON, which holds every value that a schema allows.
 *
 * Source: https://docs.liquid.ai/lfm/key-concepts/tool-use
 */
export const lfm2: ToolFormat = {
  name: 'lfm2',
  fits: template => template.says('List of tools: '),
  ...jsonList('<|tool_call_start|>', '<|tool_call_end|>'),
  offer: () => ({ text: 'Output function calls as JSON.', alsoAsVariable: true }),
};
