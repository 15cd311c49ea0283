import type { Grammar, ModelInfo, PromptSegment } from '../engine/engine.ts';
import { chooseFormat } from './formats/choose-format.ts';
import type { CallableFunction, ToolFormat } from './formats/format.ts';
import { createReader, type MessageReader, type ReadMessage } from './message-reader.ts';
import {
  behindReasoning,
  inlineReasoning,
  planReasoning,
  type ReasoningPlan,
  readBehindReasoning,
} from './reasoning.ts';
import { type Conversation, renderPrompt, templateOf } from './render-prompt.ts';
import { either, type Format, piece, toGrammar } from './structural-tag.ts';
import type { FunctionTool, ToolUse } from './tools.ts';

/** What a request asks of a chat model, in chat's own terms. */
export interface ChatTask extends Omit<Conversation, 'tools'> {
  /** Absent when no tool may be called. Calls and results of earlier turns may stand in the messages all the same. */
  readonly toolUse?: ToolUse | undefined;
  /** What an answer in text is held to. With tools it may be a call instead, and with `required` it always is. */
  readonly answer?: Grammar | undefined;
  /** `inline` leaves reasoning in the content, between `<think>` and `</think>`; `apart`, the default, parts the two. */
  readonly reasoningFormat?: 'apart' | 'inline' | undefined;
  /** For the template, which may know it or not: `none`, `minimal`, `low`, `medium`, `high`. */
  readonly reasoningEffort?: string | undefined;
}

/**
 * All that there is to say of a request before the model runs, and after: hand `prompt`, `grammar` and `keep` to the
 * engine, make a reader for each choice, and push the text of the choice's events into it, of tokens and of `finish`;
 * then `end()` it. An answer in which a `tool-call` came is one of calls, whatever else it says.
 */
export interface ChatPlan {
  readonly prompt: readonly PromptSegment[];
  readonly grammar?: Grammar;
  /** Control tokens whose text the reader must see: `GenerateRequest.keep`. */
  readonly keep: readonly string[];
  reader(): MessageReader;
}

/**
 * @throws RequestError `chat_template_error` when the model's template is broken, or refuses the messages
 */
export function planChat(model: ModelInfo, task: ChatTask): ChatPlan {
  const template = templateOf(model);
  const { toolUse, answer, reasoningFormat } = task;
  const format = chooseFormat(template, model.toolFormat);
  const prompt = renderPrompt(model, {
    messages: task.messages,
    variables: { ...effortVariables(task.reasoningEffort), ...task.variables },
    ...(toolUse && { tools: toolUse.tools.map(describeTool) }),
  });
  const reasoning = planReasoning(template, prompt);
  const grammar = answerGrammar(format, reasoning, { toolUse, answer });
  const read = readBehindReasoning(reasoning, toolUse ? format.read : readContent);
  const marks = [...(toolUse ? format.marks : []), reasoning.marks.open, reasoning.marks.close];
  return {
    prompt,
    ...(grammar && { grammar }),
    keep: marks.filter(mark => model.controlTokens.includes(mark)),
    reader() {
      const reader = createReader(read, reasoning.start === 'open');
      return reasoningFormat === 'inline' ? inlineReasoning(reader) : reader;
    },
  };
}

const readContent: ReadMessage = function* read(source, message) {
  yield* source.until([], message.content);
};

/** As templates expect it: every field there, and none that they do not know. */
function describeTool({ name, description = '', parameters = NO_PARAMETERS }: FunctionTool) {
  return { type: 'function', function: { name, description, parameters } };
}

const NO_PARAMETERS = { type: 'object', properties: {} };

/** Templates either take an effort, or turn reasoning on and off. */
function effortVariables(effort: string | undefined): Record<string, unknown> {
  if (effort === undefined) return {};
  const isOn = effort !== 'none' && effort !== 'minimal';
  return { reasoning_effort: isOn ? effort : 'low', enable_thinking: isOn, thinking: isOn };
}

function answerGrammar(
  format: ToolFormat,
  reasoning: ReasoningPlan,
  { toolUse, answer }: Pick<ChatTask, 'toolUse' | 'answer'>,
): Grammar | undefined {
  const hasReasoning = reasoning.start === 'open' || reasoning.start === 'optional';
  if (!toolUse) return answer && hasReasoning ? toGrammar(behindReasoning(reasoning, piece(answer))) : answer;
  return toGrammar(behindReasoning(reasoning, answerOrCalls(format, toolUse, answer)));
}

function answerOrCalls(format: ToolFormat, toolUse: ToolUse, answer: Grammar | undefined): Format {
  const functions = callable(toolUse);
  if (toolUse.choice === 'required') return format.calls(functions, toolUse.parallel);
  if (!answer) return format.free(functions, toolUse.parallel);
  // Not several: xgrammar (0.1.27) takes a list without an end for one of two alternatives only if the other has none too.
  return either([piece(answer), format.calls(functions, false)]);
}

function callable({ tools, allowed, choice }: ToolUse): CallableFunction[] {
  const some = allowed ? tools.filter(({ name }) => allowed.includes(name)) : tools;
  return some.map(({ name, parameters = NO_PARAMETERS, strict = choice === 'required', param }) => ({
    name,
    arguments: {
      kind: 'json-schema',
      schema: { type: 'object', ...parameters },
      strict,
      ...(param !== undefined && { param }),
    },
  }));
}
