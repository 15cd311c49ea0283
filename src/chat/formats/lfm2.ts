import { callList } from './call-list.ts';
import type { ToolFormat } from './format.ts';
import { readJsonCall } from './json-call.ts';
import { pythonCallTag, readPythonCall, writePythonCall } from './python-call.ts';

/**
 * LFM2: a list of calls in Python between `<|tool_call_start|>` and `<|tool_call_end|>`; in JSON, from a model that was
 * asked for it.
 *
 * Source: https://docs.liquid.ai/lfm/key-concepts/tool-use
 */
export const lfm2: ToolFormat = {
  name: 'lfm2',
  fits: template => template.says('List of tools: '),
  ...callList('<|tool_call_start|>', '<|tool_call_end|>', {
    notation: {
      write: writePythonCall,
      tag: pythonCallTag,
      *read(source, message) {
        const isJson = (yield* source.peek()) === '{';
        return yield* isJson ? readJsonCall(source, message) : readPythonCall(source, message);
      },
    },
  }),
};
