import { readText } from '../message-reader.ts';
import { anyText, atTheEnd, either, nothing, optional, piece, sequence, several, text } from '../structural-tag.ts';
import type { ToolFormat } from './format.ts';
import { jsonCallTag, readJsonCall, writeJsonCall } from './json-call.ts';

const PYTHON = '<|python_tag|>';

/** One character that neither blank nor brace is, nor begins a control token. */
const BEGINNING = 'root ::= [^{< \\n\\r\\t] | "<" [^|]';

/**
 * Llama 3.1 to 3.3: the answer is the call, one JSON object with `parameters`, or such an object stands behind
 * `<|python_tag|>`. An answer that begins with a brace is a call, then, and no other may.
 *
 * Source: https://www.llama.com/docs/model-cards-and-prompt-formats/llama3_1/#json-based-tool-calling
 */
export const llama: ToolFormat = {
  name: 'llama',
  fits: template => template.says(PYTHON) || template.says('"parameters": dictionary of argument name'),
  marks: [PYTHON],
  write: calls => calls.map(call => writeJsonCall(call, 'parameters')).join('; '),
  calls(functions, parallel) {
    const calls = functions.map(tool => jsonCallTag('', tool, '', 'parameters'));
    return parallel ? several(calls, '; ') : atTheEnd(either(calls));
  },
  free(functions, parallel) {
    const calls = sequence(optional(text(PYTHON)), this.calls(functions, parallel));
    const other = sequence(piece({ kind: 'ebnf', source: BEGINNING }), anyText);
    return either([calls, other, atTheEnd(nothing)]);
  },
  *read(source, message, tools) {
    const isFunction = (name: string) => tools.some(tool => tool.name === name);
    message.content(yield* source.blanks());
    do {
      while ((yield* source.peek()) === '{' && (yield* readJsonCall(source, message, isFunction))) {
        yield* source.blanks();
        yield* source.take(';');
        yield* source.blanks();
      }
    } while (yield* readText(source, message, [PYTHON]));
  },
};
