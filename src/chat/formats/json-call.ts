import type { MessageWriter } from '../message-reader.ts';
import { piece, type Tag, tag } from '../structural-tag.ts';
import type { Reading, TextSource } from '../text-source.ts';
import type { CallableFunction, WrittenCall } from './format.ts';

/** Under which name a call's arguments stand. */
export type ArgumentsKey = 'arguments' | 'parameters';

/** `{"name": …, "arguments": …}`. */
export function writeJsonCall({ name, arguments: value }: WrittenCall, key: ArgumentsKey = 'arguments'): string {
  return `{"name": ${JSON.stringify(name)}, "${key}": ${toJson(value)}}`;
}

/** JSON with a space behind each comma and colon, as Python writes it, and models have read it. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, null, 1)
    .replace(/(?<=[[{])\n\s*|\n\s*(?=[\]}])/g, '')
    .replace(/\n\s*/g, ' ');
}

/** One function's call between two texts. */
export function jsonCallTag(
  open: string,
  { name, arguments: schema }: CallableFunction,
  close: string,
  key: ArgumentsKey = 'arguments',
): Tag {
  return tag(`${open}{"name": ${JSON.stringify(name)}, "${key}": `, piece(schema), `}${close}`);
}

/**
 * Reads `{"name": …, "arguments": {…}}`, its members in whatever order; members of other names are dropped. Tells
 * whether it was a call: what was none becomes content, and of a call that is cut off before its name nothing is left.
 *
 * @param isFunction whether a name makes it a call, where any object may stand: no more of it is held back than tells
 */
export function* readJsonCall(
  source: TextSource,
  message: MessageWriter,
  isFunction?: (name: string) => boolean,
): Reading<boolean> {
  const call = new CallDraft(source, message, isFunction);
  return call.end((yield* call.takes('{')) && (yield* members(call)));
}

/** Whether all of them were there, and the brace behind them. */
function* members(call: CallDraft): Reading<boolean> {
  while (!(yield* call.takes('}'))) {
    const key = yield* call.value();
    if (key === undefined || !(yield* call.takes(':'))) return false;
    const isWhole = key === 'arguments' || key === 'parameters' ? yield* call.arguments() : yield* call.other(key);
    if (!isWhole) return false;
    yield* call.takes(',');
  }
  return true;
}

/** Members that may come before the rest, where any object may stand. */
const LEADING: ReadonlySet<unknown> = new Set(['name', 'type', 'id']);

class CallDraft {
  readonly #source: TextSource;
  readonly #message: MessageWriter;
  readonly #isFunction: ((name: string) => boolean) | undefined;
  #taken = '';
  #hasName = false;
  /** Until the call has its name. */
  #arguments = '';

  constructor(source: TextSource, message: MessageWriter, isFunction: ((name: string) => boolean) | undefined) {
    this.#source = source;
    this.#message = message;
    this.#isFunction = isFunction;
  }

  /** Takes `text` if it comes next, behind blanks. */
  *takes(text: string): Reading<boolean> {
    this.#taken += yield* this.#source.blanks();
    const takes = yield* this.#source.take(text);
    if (takes) this.#taken += text;
    return takes;
  }

  /** The value that comes next; `undefined` when it is no JSON, or not all of it. */
  *value(): Reading<unknown> {
    this.#taken += yield* this.#source.blanks();
    let json = '';
    yield* this.#source.json(text => {
      json += text;
    });
    this.#taken += json;
    return parseJson(json);
  }

  /** Takes the value of a member that is not the arguments. Tells whether it came to its end, and may be a call's. */
  *other(key: unknown): Reading<boolean> {
    const isName = key === 'name' && !this.#hasName;
    if (this.#isFunction && !this.#hasName && !LEADING.has(key)) return false;
    const value = yield* this.value();
    if (isName && typeof value === 'string') {
      if (this.#isFunction?.(value) === false) return false;
      this.#hasName = true;
      this.#message.call(value);
      this.#message.arguments(this.#arguments);
    }
    return value !== undefined;
  }

  *arguments(): Reading<boolean> {
    this.#taken += yield* this.#source.blanks();
    return yield* this.#source.json(text => {
      this.#taken += text;
      this.#arguments += text;
      if (this.#hasName) this.#message.arguments(text);
    });
  }

  end(isWhole: boolean): boolean {
    const isCutOff = !isWhole && this.#source.hasEnded;
    if (!this.#hasName && !isCutOff) this.#message.content(this.#taken);
    if (this.#hasName && !isCutOff && this.#arguments === '') this.#message.arguments('{}');
    return this.#hasName;
  }
}

/** Reads the arguments of a call whose name is known: without any, they are an empty object. */
export function* readArguments(source: TextSource, message: MessageWriter): Reading {
  let json = '';
  yield* source.json(text => {
    json += text;
    message.arguments(text);
  });
  if (json === '' && !source.hasEnded) message.arguments('{}');
}

/** `undefined` when it is no JSON. */
export function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
