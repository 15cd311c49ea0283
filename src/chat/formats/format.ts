import type { Grammar } from '../../engine/engine.ts';
import type { MessageWriter } from '../message-reader.ts';
import { type Format, several, type Tag, triggered } from '../structural-tag.ts';
import type { ChatTemplate } from '../template.ts';
import type { Reading, TextSource } from '../text-source.ts';

/** How the models of one family write calls of tools. */
export interface ToolFormat {
  /** As `ModelInfo.toolFormat` names it. */
  readonly name: string;
  /** Whether a template is of this family: by what stands in it. */
  fits(template: ChatTemplate): boolean;
  /** Texts that part calls from other text. Those that are control tokens have to be kept in the output. */
  readonly marks: readonly string[];
  /** Calls as the model writes them, for templates that cannot say it. */
  write(calls: readonly WrittenCall[]): string;
  /** Calls, and nothing else. */
  calls(functions: readonly CallableFunction[], parallel: boolean): Format;
  /** Free text, in which calls are held to the functions. */
  free(functions: readonly CallableFunction[], parallel: boolean): Format;
  /** Reads an answer, behind its reasoning. */
  read(source: TextSource, message: MessageWriter): Reading;
}

export interface WrittenCall {
  readonly name: string;
  /** JSON. */
  readonly arguments: string;
}

/** A function that the answer may call. */
export interface CallableFunction {
  readonly name: string;
  /** Of the arguments as JSON. */
  readonly arguments: Grammar & { readonly kind: 'json-schema' };
}

/** `calls` and `free` of a format where each call, or each list of calls, stands in a tag that its mark begins. */
export function tagged(
  mark: string,
  tags: (functions: readonly CallableFunction[], parallel: boolean) => readonly Tag[],
  separator?: string,
): Pick<ToolFormat, 'calls' | 'free'> {
  return {
    calls(functions, parallel) {
      const all = tags(functions, parallel);
      if (parallel && separator !== undefined) return several(all, separator);
      return all.length === 1 && all[0] ? all[0] : { type: 'or', elements: all };
    },
    free(functions, parallel) {
      const goesOn = parallel && separator !== undefined;
      return triggered([mark], tags(functions, parallel), !goesOn);
    },
  };
}
