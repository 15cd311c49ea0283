import type { MessageWriter, ReadMessage } from '../message-reader.ts';
import { either, several, type Tag, tag, triggered } from '../structural-tag.ts';
import type { Reading, TextSource } from '../text-source.ts';
import type { CallableFunction, ToolFormat, WrittenCall } from './format.ts';
import { jsonCallTag, readJsonCall, writeJsonCall } from './json-call.ts';

/** How a list's calls are written. */
interface CallNotation {
  write(call: WrittenCall): string;
  tag(tool: CallableFunction): Tag;
  readonly read: ReadMessage;
}

const JSON_CALL: CallNotation = {
  write: call => writeJsonCall(call),
  tag: tool => jsonCallTag('', tool, ''),
  *read(source, message) {
    yield* readJsonCall(source, message);
  },
};

/** All calls of an answer as one list behind a mark, and before another where there is one. */
export function callList(
  open: string,
  close: string,
  notation = JSON_CALL,
): Pick<ToolFormat, 'marks' | 'write' | 'calls' | 'free' | 'read'> {
  const list = (functions: readonly CallableFunction[], parallel: boolean) => {
    const calls = functions.map(notation.tag);
    return tag(`${open}[`, parallel ? several(calls, ', ') : either(calls), `]${close}`);
  };
  return {
    marks: [open, close].filter(mark => mark !== ''),
    write: calls => `${open}[${calls.map(notation.write).join(', ')}]${close}`,
    calls: list,
    free: (functions, parallel) => triggered([open], [list(functions, parallel)], true),
    *read(source, message) {
      while (yield* source.until([open], message.content)) {
        yield* readCallList(source, message, notation.read);
        if (close !== '') yield* source.skip(close);
      }
    },
  };
}

export function* readCallList(source: TextSource, message: MessageWriter, readCall = JSON_CALL.read): Reading {
  yield* source.blanks();
  yield* source.take('[');
  do {
    yield* source.blanks();
    yield* readCall(source, message);
  } while (yield* isFollowedBy(',', source));
  yield* isFollowedBy(']', source);
}

function* isFollowedBy(text: string, source: TextSource): Reading<boolean> {
  yield* source.blanks();
  return yield* source.take(text);
}
