import { readText } from '../message-reader.ts';
import type { ToolFormat } from './format.ts';
import { jsonCallTag, readJsonCall, writeJsonCall } from './json-call.ts';
import { taggedCalls } from './tagged-calls.ts';

const OPEN = '<tool_call>';
const CLOSE = '</tool_call>';

/**
 * `<tool_call>` around each call: Hermes, Qwen 2.5 and 3, SmolLM3, Granite 4, and whoever learned from them.
 *
 * Source: https://github.com/NousResearch/Hermes-Function-Calling
 */
export const hermes: ToolFormat = {
  name: 'hermes',
  marks: [OPEN, CLOSE],
  fits: template => template.says(OPEN),
  write: calls => calls.map(call => `${OPEN}\n${writeJsonCall(call)}\n${CLOSE}`).join('\n'),
  ...taggedCalls(OPEN, tool => jsonCallTag(`${OPEN}\n`, tool, `\n${CLOSE}`), '\n'),
  *read(source, message) {
    let mark = yield* readText(source, message, [OPEN], [CLOSE]);
    while (mark !== undefined) {
      const isCall = yield* readJsonCall(source, message);
      // A call that was not closed may be followed by the next one.
      mark = yield* source.until([CLOSE, OPEN], isCall ? () => {} : message.content);
      if (mark === CLOSE) mark = yield* readText(source, message, [OPEN], [CLOSE]);
    }
  },
};
