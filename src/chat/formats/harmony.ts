import type { MessageWriter } from '../message-reader.ts';
import { either, piece, tag, triggered } from '../structural-tag.ts';
import type { Reading, TextSource } from '../text-source.ts';
import type { CallableFunction, ToolFormat } from './format.ts';
import { toJson } from './json-call.ts';

const START = '<|start|>';
const CHANNEL = '<|channel|>';
const MESSAGE = '<|message|>';
const END = '<|end|>';
const CONSTRAIN = '<|constrain|>';
const FUNCTIONS = 'functions.';
const TO = ` to=${FUNCTIONS}`;

/**
 * gpt-oss: messages in channels, `analysis`, `commentary` and `final`. The prompt ends where the header of the first of
 * them begins; a call ends the answer, so there is one at most.
 *
 * Source: https://cookbook.openai.com/articles/openai-harmony
 */
export const harmony: ToolFormat = {
  name: 'harmony',
  fits: template => template.says(CHANNEL),
  marks: [START, CHANNEL, MESSAGE, END, CONSTRAIN],
  channels: {
    reasoning: { open: `${CHANNEL}analysis${MESSAGE}`, close: `${END}${START}assistant` },
    answer: `${CHANNEL}final${MESSAGE}`,
  },
  write: ([call]) => (call ? `${CHANNEL}commentary${header(call.name)}${toJson(call.arguments)}` : ''),
  calls: functions => either(functions.map(tool => callTag(`${CHANNEL}commentary${header(tool.name)}`, tool))),
  free(functions) {
    // Models name the recipient before the channel, too.
    const tags = functions.flatMap(tool => [
      callTag(header(tool.name), tool),
      callTag(`${TO}${tool.name}${CHANNEL}commentary ${CONSTRAIN}json${MESSAGE}`, tool),
      callTag(`${TO}${tool.name}${CHANNEL}commentary json${MESSAGE}`, tool),
    ]);
    return triggered([TO], tags, true);
  },
  *read(source, message) {
    // What comes without a header is content.
    let mark = (yield* source.take(TO)) ? TO : yield* source.until([CHANNEL, MESSAGE], message.content);
    while (mark !== undefined) {
      const recipient = yield* readHeader(source, mark);
      if (recipient === undefined) return;
      yield* readBody(source, message, recipient);
      mark = yield* source.until([CHANNEL, MESSAGE, TO], () => {});
    }
  },
};

function header(name: string): string {
  return `${TO}${name} ${CONSTRAIN}json${MESSAGE}`;
}

function callTag(begin: string, { arguments: schema }: CallableFunction) {
  return tag(begin, piece(schema), '');
}

/** Whom a message is for: a function, or the channel that it is in; `undefined` where the header does not end. */
function* readHeader(source: TextSource, first: string): Reading<string | undefined> {
  let text = first;
  if (first === MESSAGE) return '';
  const end = yield* source.until([MESSAGE], more => {
    text += more;
  });
  if (end === undefined) return undefined;
  return /(?<= to=)functions\.[^\s<]+/.exec(text)?.[0] ?? /(?<=<\|channel\|>)\w+/.exec(text)?.[0] ?? '';
}

function* readBody(source: TextSource, message: MessageWriter, recipient: string): Reading {
  if (recipient.startsWith(FUNCTIONS)) {
    message.call(recipient.slice(FUNCTIONS.length));
    yield* source.json(message.arguments);
    yield* source.until([END, START], () => {});
  } else {
    yield* source.until([END, START], recipient === 'analysis' ? message.reasoning : message.content);
  }
}
