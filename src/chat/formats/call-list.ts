import { type MessageWriter, readText } from '../message-reader.ts';
import { either, several, type Tag, tag, triggered } from '../structural-tag.ts';
import type { Reading, TextSource } from '../text-source.ts';
import type { CallableFunction, ToolFormat, WrittenCall } from './format.ts';
import { jsonCallTag, readJsonCall, writeJsonCall } from './json-call.ts';

/** How a list's calls are written. */
interface CallNotation {
  write(call: WrittenCall): string;
  tag(tool: CallableFunction): Tag;
  /** Tells whether it was a call. */
  read(source: TextSource, message: MessageWriter): Reading<boolean>;
}

interface CallListOptions {
  readonly notation?: CallNotation;
  /** As {@link ToolFormat.answerMarks}. */
  readonly answerMarks?: readonly string[];
}

const JSON_CALL: CallNotation = {
  write: call => writeJsonCall(call),
  tag: tool => jsonCallTag('', tool, ''),
  read: (source, message) => readJsonCall(source, message),
};

/** All calls of an answer as one list behind a mark, and before another where there is one. */
export function callList(
  open: string,
  close: string,
  { notation = JSON_CALL, answerMarks = [] }: CallListOptions = {},
): Pick<ToolFormat, 'marks' | 'write' | 'calls' | 'free' | 'read'> {
  const list = (functions: readonly CallableFunction[], parallel: boolean) => {
    const calls = functions.map(notation.tag);
    return tag(`${open}[`, parallel ? several(calls, ', ') : either(calls), `]${close}`);
  };
  const marks = [open, close].filter(mark => mark !== '');
  const others = [...marks.slice(1), ...answerMarks];
  return {
    marks,
    write: calls => `${open}[${calls.map(notation.write).join(', ')}]${close}`,
    calls: list,
    free: (functions, parallel) => triggered([open], [list(functions, parallel)], true),
    *read(source, message) {
      const next = () => readText(source, message, [open], others);
      let mark = yield* next();
      while (mark !== undefined) {
        const calls = yield* readCallList(source, message, notation.read);
        // Calls that were not closed may be followed by more.
        const end = calls && close !== '' ? yield* source.until([close, open], () => {}) : undefined;
        if (end !== open) mark = yield* next();
      }
    },
  };
}

/** Tells whether there were calls in it. */
export function* readCallList(source: TextSource, message: MessageWriter, readCall = JSON_CALL.read): Reading<boolean> {
  let calls = false;
  yield* source.blanks();
  yield* source.take('[');
  do {
    yield* source.blanks();
    if (yield* readCall(source, message)) calls = true;
  } while (yield* isFollowedBy(',', source));
  yield* isFollowedBy(']', source);
  return calls;
}

function* isFollowedBy(text: string, source: TextSource): Reading<boolean> {
  yield* source.blanks();
  return yield* source.take(text);
}
