import { type MessageWriter, readText } from '../message-reader.ts';
import { atTheEnd, either, piece, sequence, several, tag, text, triggered } from '../structural-tag.ts';
import type { Reading, TextSource } from '../text-source.ts';
import type { CallableFunction, ToolFormat } from './format.ts';
import { readArguments, toJson } from './json-call.ts';

const NEXT = '>>>';
const ALL = 'all\n';

/**
 * Functionary 3.2: each part of an answer begins with whom it is for, a function or `all`. The prompt ends with the `>>>`
 * of the first.
 *
 * Source: https://github.com/MeetKai/functionary/blob/main/tests/prompt_test_v3.llama3.txt
 */
export const functionary: ToolFormat = {
  name: 'functionary',
  fits: template => template.says('>>>all\n'),
  marks: [],
  write: calls => calls.map(({ name, arguments: value }) => `${name}\n${toJson(value)}`).join(NEXT),
  calls(functions, parallel) {
    const calls = functions.map(tool => callTag('', tool));
    return parallel ? several(calls, NEXT) : either(calls);
  },
  free(functions, parallel) {
    const first = this.calls(functions, parallel);
    const marked = functions.map(tool => callTag(NEXT, tool));
    return either([parallel ? first : atTheEnd(first), sequence(text(ALL), triggered([NEXT], marked, !parallel))]);
  },
  channels: { answer: ALL },
  *read(source, message, tools) {
    let mark: string | undefined = NEXT;
    while (mark !== undefined) {
      const { text: name, mark: end = '' } = yield* source.before(['\n']);
      const isCutOff = end === '' && ['all', ...tools.map(tool => tool.name)].some(known => known.startsWith(name));
      if (isCutOff) return;
      const isCall = tools.some(tool => tool.name === name);
      if (isCall) yield* readCall(source, message, name);
      else if (name !== 'all') message.content(name + end);
      mark = yield* isCall ? source.until([NEXT], () => {}) : readText(source, message, [NEXT]);
    }
  },
};

function* readCall(source: TextSource, message: MessageWriter, name: string): Reading {
  message.call(name);
  yield* readArguments(source, message);
}

function callTag(open: string, { name, arguments: schema }: CallableFunction) {
  return tag(`${open}${name}\n`, piece(schema), '');
}
