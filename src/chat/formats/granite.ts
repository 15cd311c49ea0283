import { callList } from './call-list.ts';
import type { ToolFormat } from './format.ts';

/**
 * Granite 3: `<|tool_call|>` and a list. Granite 4 writes as Hermes does.
 *
 * Source: https://www.ibm.com/granite/docs/models/granite (function calling)
 */
export const granite: ToolFormat = {
  name: 'granite',
  fits: template => template.says('<|start_of_role|>') && !template.says('<tool_call>'),
  ...callList('<|tool_call|>', ''),
};
