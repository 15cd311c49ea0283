import type { MessageWriter } from '../message-reader.ts';
import { piece, type Tag, tag } from '../structural-tag.ts';
import type { Reading, TextSource } from '../text-source.ts';
import { isRecord } from '../tools.ts';
import type { CallableFunction, WrittenCall } from './format.ts';
import { toJson } from './json-call.ts';

/** `name(key="text", other=[1, None])`. */
export function writePythonCall({ name, arguments: value }: WrittenCall): string {
  const entries = Object.entries(isRecord(value) ? value : {});
  return `${name}(${entries.map(([key, argument]) => `${keyword(key)}=${toPython(argument)}`).join(', ')})`;
}

/** The name of an argument: in quotes, where Python has no way to write it. */
function keyword(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? name : JSON.stringify(name);
}

function toPython(value: unknown): string {
  return toJson(value).replace(/"(?:[^"\\]|\\.)*"|null|true|false/g, token => PYTHON_WORDS[token] ?? token);
}

const PYTHON_WORDS: Readonly<Record<string, string>> = { null: 'None', true: 'True', false: 'False' };
/** JSON's own too: models mix the two up. */
const JSON_WORDS: ReadonlyMap<string, string> = new Map([
  ...([
    ['None', 'null'],
    ['True', 'true'],
    ['False', 'false'],
  ] as const),
  ...(['null', 'true', 'false'] as const).map(word => [word, word] as const),
]);

export function pythonCallTag({ name, arguments: schema }: CallableFunction): Tag {
  return tag(`${name}(`, piece({ ...schema, notation: 'python' }), ')');
}

/** Reads `name(key=value, …)`. Tells whether it was a call: what has no parenthesis behind its name becomes content. */
export function* readPythonCall(source: TextSource, message: MessageWriter): Reading<boolean> {
  const name = yield* source.while(/[\w.-]/);
  const blanks = yield* source.blanks();
  if (name !== '' && (yield* source.take('('))) {
    message.call(name);
    yield* readArguments(source, message.arguments);
    return true;
  }
  if (!(yield* source.isAtEnd())) message.content(name + blanks);
  return false;
}

const OPENING: Readonly<Record<string, { readonly json: string; readonly close: string }>> = {
  '{': { json: '{', close: '}' },
  '[': { json: '[', close: ']' },
  '(': { json: '[', close: ')' },
};
const CLOSING: Readonly<Record<string, string>> = { '}': '}', ']': ']', ')': ']' };
/** Neither names nor numbers have them. */
const WORD = /[^\s,:=()[\]{}"']/;

/** Hands on the keyword arguments up to the parenthesis that closes them, as one object in JSON, as they come. */
function* readArguments(source: TextSource, hand: (json: string) => void): Reading {
  /** What closes the brackets that are open, the outermost first. */
  const open = [')'];
  /** A comma or colon: known to be meant only when something follows, as none does after a last comma. */
  let between = '';
  const write = (json: string) => {
    hand(between + json);
    between = '';
  };
  write('{');
  for (;;) {
    yield* source.blanks();
    const next = yield* source.peek();
    const opening = OPENING[next];
    if (next === '"' || next === "'") {
      write('"');
      if (!(yield* readText(source, next, hand))) return;
      hand('"');
    } else if (WORD.test(next)) {
      const word = yield* source.while(WORD);
      yield* source.blanks();
      const after = yield* source.peek();
      // Cut off, it may be the beginning of another.
      if (after !== '') write(/[=:]/.test(after) ? JSON.stringify(word) : wordToJson(word));
    } else if (yield* source.take(',')) between = ', ';
    else if ((yield* source.take('=')) || (yield* source.take(':'))) between = ': ';
    else if (opening) {
      yield* source.take(next);
      write(opening.json);
      open.push(opening.close);
    } else {
      if (!(yield* source.take(open.at(-1) ?? ''))) return;
      open.pop();
      between = '';
      hand(open.length === 0 ? '}' : (CLOSING[next] ?? next));
      if (open.length === 0) return;
    }
  }
}

/** A number or word in JSON, as a text where Python has no such word. */
function wordToJson(word: string): string {
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(word)) return word;
  const number = /^[+-]?[.\d]/.test(word) ? Number(word.replaceAll('_', '')) : Number.NaN;
  return JSON_WORDS.get(word) ?? (Number.isFinite(number) ? String(number) : JSON.stringify(word));
}

/** Python's escapes of one character, and JSON's `\/`. */
const ESCAPES: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', a: '\x07', '0': '\0' },
  ...{ '\\': '\\', '"': '"', "'": "'", '/': '/', '\n': '' },
};
/** How many hexadecimal digits follow. */
const NUMBERED: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Hands on the inside of a text in quotes, as JSON has it. Tells whether it came to its end. */
function* readText(source: TextSource, quote: string, hand: (json: string) => void): Reading<boolean> {
  yield* source.take(quote);
  const write = (text: string) => hand(JSON.stringify(text).slice(1, -1));
  for (;;) {
    const mark = yield* source.until(['\\', quote], write);
    if (mark !== '\\') return mark === quote;
    const letter = yield* source.while(/[\s\S]/, 1);
    const count = NUMBERED[letter] ?? 0;
    const digits = yield* source.while(/[\dA-Fa-f]/, count);
    if (letter === '' || (digits.length < count && (yield* source.isAtEnd()))) return false;
    const isNumber = count > 0 && digits.length === count;
    write(isNumber ? characterOf(Number.parseInt(digits, 16)) : (ESCAPES[letter] ?? `\\${letter}`) + digits);
  }
}

function characterOf(codePoint: number): string {
  return codePoint > 0x10ffff ? '\uFFFD' : String.fromCodePoint(codePoint);
}
