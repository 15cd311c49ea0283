import { type MessageWriter, readText } from '../message-reader.ts';
import { either, piece, sequence, several, tag, text, triggered } from '../structural-tag.ts';
import type { Reading, TextSource } from '../text-source.ts';
import { callList, readCallList } from './call-list.ts';
import type { CallableFunction, ToolFormat } from './format.ts';
import { readArguments, toJson } from './json-call.ts';

const CALLS = '[TOOL_CALLS]';
const ARGUMENTS = '[ARGS]';
const ID = '[CALL_ID]';

/**
 * Mistral up to its tokenizer's version 7 (Nemo, Small 3): `[TOOL_CALLS]` and a list.
 *
 * Source: https://docs.mistral.ai/cookbooks/concept-deep-dive-tokenization-tool_calling
 */
export const mistral: ToolFormat = {
  ...callList(CALLS, ''),
  name: 'mistral',
  fits: template => template.says(CALLS) && !template.says(ARGUMENTS),
  marks: [CALLS, ARGUMENTS, ID],
  read,
};

/**
 * Mistral since then (Small 3.2, Magistral, Devstral): `[TOOL_CALLS]name[ARGS]{…}` for each call, in some versions with
 * `[CALL_ID]` and an id behind the name.
 *
 * Source: https://github.com/mistralai/mistral-common, tokenizers v11 and v13
 */
export const mistralArgs: ToolFormat = {
  name: 'mistral-args',
  fits: template => template.says(CALLS) && template.says(ARGUMENTS),
  marks: [CALLS, ARGUMENTS, ID],
  write: calls => calls.map(({ name, arguments: value }) => `${CALLS}${name}${ARGUMENTS}${toJson(value)}`).join(''),
  calls(functions, parallel) {
    const calls = functions.map(tool => callTag('', tool));
    return sequence(text(CALLS), parallel ? several(calls, CALLS) : either(calls));
  },
  free: (functions, parallel) =>
    triggered(
      [CALLS],
      functions.map(tool => callTag(CALLS, tool)),
      !parallel,
    ),
  read,
};

function callTag(open: string, { name, arguments: schema }: CallableFunction) {
  return tag(`${open}${name}${ARGUMENTS}`, piece(schema), '');
}

function* read(source: TextSource, message: MessageWriter): Reading {
  while (yield* readText(source, message, [CALLS], [ARGUMENTS, ID])) {
    yield* source.blanks();
    if ((yield* source.peek()) === '[') yield* readCallList(source, message);
    else yield* readNamed(source, message);
  }
}

function* readNamed(source: TextSource, message: MessageWriter): Reading {
  const { text: name, mark } = yield* source.before([ARGUMENTS, ID]);
  const isCutOff = mark === ID ? !(yield* source.until([ARGUMENTS], () => {})) : mark === undefined;
  if (isCutOff) return;
  message.call(name.trim());
  yield* readArguments(source, message);
}
