import { readText } from '../message-reader.ts';
import { either, piece, several, tag, triggered } from '../structural-tag.ts';
import type { CallableFunction, ToolFormat } from './format.ts';
import { readArguments, toJson } from './json-call.ts';

const CALLS = '<｜tool▁calls▁begin｜>';
const CALLS_END = '<｜tool▁calls▁end｜>';
const CALL = '<｜tool▁call▁begin｜>';
const CALL_END = '<｜tool▁call▁end｜>';
const SEPARATOR = '<｜tool▁sep｜>';
/** What stands behind {@link CALLS} alone. */
const STRAYS = [CALLS_END, CALL, CALL_END, SEPARATOR];

/** What stands around a call's name and its arguments, and between two calls. */
interface Layout {
  readonly beforeName: string;
  readonly beforeArguments: string;
  readonly afterArguments: string;
  readonly between: string;
}

/**
 * DeepSeek R1 and V3, and the models distilled from R1: the kind of tool before its name, the arguments in a code block.
 *
 * Source: https://huggingface.co/deepseek-ai/DeepSeek-R1/blob/main/tokenizer_config.json
 */
export const deepseek: ToolFormat = {
  name: 'deepseek',
  fits: template => template.says(CALLS) && template.says('```json'),
  ...inLayout({
    beforeName: `function${SEPARATOR}`,
    beforeArguments: '\n```json\n',
    afterArguments: '\n```',
    between: `${CALL_END}\n${CALL}`,
  }),
};

/**
 * DeepSeek V3.1: the name and the arguments alone.
 *
 * Source: https://huggingface.co/deepseek-ai/DeepSeek-V3.1#toolcall
 */
export const deepseekPlain: ToolFormat = {
  name: 'deepseek-plain',
  fits: template => template.says(CALLS) && !template.says('```json'),
  ...inLayout({
    beforeName: '',
    beforeArguments: SEPARATOR,
    afterArguments: '',
    between: `${CALL_END}${CALL}`,
  }),
};

function inLayout(layout: Layout): Pick<ToolFormat, 'marks' | 'write' | 'calls' | 'free' | 'read'> {
  const { beforeName, beforeArguments, afterArguments, between } = layout;
  const [begin, end] = [`${CALLS}${CALL}`, `${CALL_END}${CALLS_END}`];
  const toTag = ({ name, arguments: schema }: CallableFunction) => {
    return tag(`${beforeName}${name}${beforeArguments}`, piece(schema), afterArguments);
  };
  const list = (functions: readonly CallableFunction[], parallel: boolean) => {
    const calls = functions.map(toTag);
    return tag(begin, parallel ? several(calls, between) : either(calls), end);
  };
  return {
    marks: [CALLS, ...STRAYS],
    write(calls) {
      const written = calls.map(({ name, arguments: value }) => {
        return `${beforeName}${name}${beforeArguments}${toJson(value)}${afterArguments}`;
      });
      return `${begin}${written.join(between)}${end}`;
    },
    calls: list,
    free: (functions, parallel) => triggered([CALLS], [list(functions, parallel)], true),
    *read(source, message) {
      while (yield* readText(source, message, [CALLS], STRAYS)) {
        while ((yield* source.until([CALL, CALLS_END], () => {})) === CALL) {
          if (beforeName !== '') yield* source.until([beforeName], () => {});
          const { text: name, mark } = yield* source.before([beforeArguments]);
          if (mark === undefined) return;
          message.call(name.trim());
          yield* readArguments(source, message);
        }
      }
    },
  };
}
