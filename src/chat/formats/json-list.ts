import type { MessageWriter } from '../message-reader.ts';
import { either, several, tag, triggered } from '../structural-tag.ts';
import type { Reading, TextSource } from '../text-source.ts';
import type { CallableFunction, ToolFormat } from './format.ts';
import { jsonCallTag, readJsonCall, writeJsonCall } from './json-call.ts';

/** All calls of an answer as one JSON list behind a mark, and before another where there is one. */
export function jsonList(open: string, close: string): Pick<ToolFormat, 'marks' | 'write' | 'calls' | 'free' | 'read'> {
  const list = (functions: readonly CallableFunction[], parallel: boolean) => {
    const calls = functions.map(tool => jsonCallTag('', tool, ''));
    return tag(`${open}[`, parallel ? several(calls, ', ') : either(calls), `]${close}`);
  };
  return {
    marks: [open, close].filter(mark => mark !== ''),
    write: calls => `${open}[${calls.map(call => writeJsonCall(call)).join(', ')}]${close}`,
    calls: list,
    free: (functions, parallel) => triggered([open], [list(functions, parallel)], true),
    *read(source, message) {
      while (yield* source.until([open], message.content)) {
        yield* readJsonList(source, message);
        if (close !== '') yield* source.skip(close);
      }
    },
  };
}

export function* readJsonList(source: TextSource, message: MessageWriter): Reading {
  yield* source.blanks();
  yield* source.take('[');
  do yield* readJsonCall(source, message);
  while (yield* isFollowedBy(',', source));
  yield* isFollowedBy(']', source);
}

function* isFollowedBy(text: string, source: TextSource): Reading<boolean> {
  yield* source.blanks();
  return yield* source.take(text);
}
