import { callList } from './call-list.ts';
import type { ToolFormat } from './format.ts';

const answerMarks = ['<response>', '</response>'];

/**
 * Granite 3: `<|tool_call|>` and a list. Asked to think, it puts its answer between marks too. Granite 4 writes as Hermes
 * does.
 *
 * Source: https://www.ibm.com/granite/docs/models/granite (function calling)
 */
export const granite: ToolFormat = {
  name: 'granite',
  fits: template => template.says('<|start_of_role|>') && !template.says('<tool_call>'),
  ...callList('<|tool_call|>', '', { answerMarks }),
  answerMarks,
};
