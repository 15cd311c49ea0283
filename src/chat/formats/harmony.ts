import { type MessageWriter, readText } from '../message-reader.ts';
import { either, nothing, optional, piece, sequence, several, tag, text, triggered } from '../structural-tag.ts';
import type { Reading, TextSource } from '../text-source.ts';
import type { FunctionTool } from '../tools.ts';
import type { CallableFunction, ToolFormat } from './format.ts';
import { readArguments, toJson } from './json-call.ts';

const START = '<|start|>';
const CHANNEL = '<|channel|>';
const MESSAGE = '<|message|>';
const END = '<|end|>';
const CALL = '<|call|>';
const CONSTRAIN = '<|constrain|>';
const TO = ' to=functions.';
const COMMENTARY = `${CHANNEL}commentary`;
const NEXT = `${END}${START}assistant`;

/**
 * gpt-oss: messages in channels, `analysis`, `commentary` and `final`. The prompt ends where the header of the first of
 * them begins. `<|call|>` ends the whole answer, as these models end their calls; with `<|end|>` another may follow.
 *
 * Source: https://cookbook.openai.com/articles/openai-harmony
 */
export const harmony: ToolFormat = {
  name: 'harmony',
  fits: template => template.says(CHANNEL),
  marks: [START, CHANNEL, MESSAGE, END, CALL, CONSTRAIN],
  channels: {
    reasoning: { open: `${CHANNEL}analysis${MESSAGE}`, close: NEXT },
    answer: `${CHANNEL}final${MESSAGE}`,
    json: `${CHANNEL}final ${CONSTRAIN}json${MESSAGE}`,
  },
  write: calls => calls.map(call => `${COMMENTARY}${header(call.name)}${toJson(call.arguments)}`).join(NEXT),
  calls(functions, parallel) {
    const calls = functions.map(tool => {
      const to = `${TO}${tool.name}`;
      return tag('', sequence(either([text(COMMENTARY + to), text(to + COMMENTARY)]), body(tool)), '');
    });
    return parallel ? several(calls, NEXT) : either(calls);
  },
  free(functions, parallel) {
    const calls = functions.map(tool => {
      return tag(`${TO}${tool.name}`, sequence(optional(text(COMMENTARY)), body(tool)), '');
    });
    return triggered([TO], calls, !parallel);
  },
  *read(source, message, tools) {
    // What comes without a header is content.
    let mark = (yield* source.take(' to=')) ? ' to=' : yield* readText(source, message, [CHANNEL, MESSAGE], ENDS);
    while (mark !== undefined) {
      const header = yield* readHeader(source, mark);
      if (header === undefined) return;
      const end = yield* readBody(source, message, header, tools);
      mark = end === CHANNEL ? end : yield* source.until([CHANNEL, MESSAGE, ' to='], () => {});
    }
  },
};

const ENDS = [END, START, CALL, CONSTRAIN];

function header(name: string): string {
  return `${TO}${name} ${CONSTRAIN}json${MESSAGE}`;
}

/** From the channel or the recipient on: models name the one before the other, or the other way round. */
function body({ arguments: schema }: CallableFunction) {
  const type = either([text(` ${CONSTRAIN}json`), text(' json'), nothing]);
  return sequence(type, text(MESSAGE), piece(schema));
}

/** A message's header up to its end; `undefined` where it has none. */
function* readHeader(source: TextSource, first: string): Reading<string | undefined> {
  if (first === MESSAGE) return '';
  const { text: rest, mark } = yield* source.before([MESSAGE]);
  return mark && first + rest;
}

/** Returns the mark at its end, where it is no call. */
function* readBody(
  source: TextSource,
  message: MessageWriter,
  header: string,
  tools: readonly FunctionTool[],
): Reading<string | undefined> {
  const [, prefix, name = ''] = / to=(functions\.)?([^\s<]+)/.exec(header) ?? [];
  message.part();
  if (prefix !== undefined || tools.some(tool => tool.name === name)) {
    message.call(name);
    yield* readArguments(source, message);
    return undefined;
  }
  // A message that was not ended may be followed by the next one.
  const ends = [END, START, CALL, CHANNEL];
  if (header.includes(`${CHANNEL}analysis`)) return yield* source.until(ends, message.reasoning);
  return yield* readText(source, message, ends, [MESSAGE, CONSTRAIN]);
}
