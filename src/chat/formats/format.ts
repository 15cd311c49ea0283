import type { Grammar } from '../../engine/engine.ts';
import type { MessageWriter } from '../message-reader.ts';
import type { Format } from '../structural-tag.ts';
import type { ChatTemplate } from '../template.ts';
import type { Reading, TextSource } from '../text-source.ts';
import type { FunctionTool } from '../tools.ts';

/** How the models of one family write calls of tools. */
export interface ToolFormat {
  /** As `ModelInfo.toolFormat` names it. */
  readonly name: string;
  /** Whether a template is of this family: by what stands in it. */
  fits(template: ChatTemplate): boolean;
  /** Texts that part calls from other text. Those that are control tokens have to be kept in the output. */
  readonly marks: readonly string[];
  /** Tells the model of the tools where neither the template's `tools` variable does it, nor a text in general terms. */
  readonly offer?: (tools: readonly DescribedTool[]) => ToolOffer;
  /** Calls as the model writes them. */
  write(calls: readonly WrittenCall[]): string;
  /** Calls, and nothing else. */
  calls(functions: readonly CallableFunction[], parallel: boolean): Format;
  /** Free text, in which calls are held to the functions. */
  free(functions: readonly CallableFunction[], parallel: boolean): Format;
  /** Of a format with a channel for each part of an answer: it reads reasoning too, tools or not. */
  readonly channels?: Channels;
  /** What may stand around an answer in words, and is no part of it. */
  readonly answerMarks?: readonly string[];
  /** Reads an answer, behind its reasoning. */
  read(source: TextSource, message: MessageWriter, tools: readonly FunctionTool[]): Reading;
}

export interface Channels {
  readonly reasoning?: ReasoningMarks;
  /** What an answer in text begins with. */
  readonly answer: string;
  /** What an answer in JSON may begin with instead. */
  readonly json?: string;
}

/** What a model writes around its reasoning. */
export interface ReasoningMarks {
  readonly open: string;
  readonly close: string;
}

export interface WrittenCall {
  readonly name: string;
  readonly arguments: unknown;
}

/** A tool as templates know it. */
export interface DescribedTool {
  readonly type: 'function';
  readonly function: { readonly name: string; readonly description: string; readonly parameters: unknown };
}

/** What is added to the system message. */
export interface ToolOffer {
  readonly text?: string;
  /** Further fields of the message, which the template knows. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** A function that the answer may call. */
export interface CallableFunction {
  readonly name: string;
  /** Of the arguments as JSON. */
  readonly arguments: Extract<Grammar, { kind: 'json-schema' }>;
}
