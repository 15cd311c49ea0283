import type { MessageWriter } from '../message-reader.ts';
import { either, nothing, optional, piece, sequence, type Tag, tag, text, triggered } from '../structural-tag.ts';
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
  calls: functions => sequence(text(`${CHANNEL}commentary`), either(functions.map(toTag))),
  free: functions => triggered([TO], functions.map(toTag), true),
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

/** From the recipient on: models name it behind the channel or before it. */
function toTag({ name, arguments: schema }: CallableFunction): Tag {
  const channel = optional(text(`${CHANNEL}commentary`));
  const type = either([text(` ${CONSTRAIN}json`), text(' json'), nothing]);
  return tag(`${TO}${name}`, sequence(channel, type, text(MESSAGE), piece(schema)), '');
}

/** Whom a message is for: a function, or the channel that it is in; `undefined` where the header does not end. */
function* readHeader(source: TextSource, first: string): Reading<string | undefined> {
  if (first === MESSAGE) return '';
  const { text: rest, mark } = yield* source.before([MESSAGE]);
  if (mark === undefined) return undefined;
  const header = first + rest;
  return /(?<= to=)functions\.[^\s<]+/.exec(header)?.[0] ?? /(?<=<\|channel\|>)\w+/.exec(header)?.[0] ?? '';
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
