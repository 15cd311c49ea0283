import type { Grammar, ModelInfo, PromptSegment } from '../engine/engine.ts';
import { chatStyle } from './chat-style.ts';
import type { CallableFunction, Channels, ToolFormat } from './formats/format.ts';
import { createReader, type MessageReader, type ReadMessage, readText } from './message-reader.ts';
import {
  behindReasoning,
  canReason,
  inlineReasoning,
  planReasoning,
  type ReasoningPlan,
  readBehindReasoning,
} from './reasoning.ts';
import { type Conversation, renderPrompt } from './render-prompt.ts';
import { atTheEnd, either, type Format, isOpen, piece, sequence, text, toGrammar } from './structural-tag.ts';
import { closed, NO_PARAMETERS, type ToolUse } from './tools.ts';

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
  const { toolUse, answer, reasoningFormat } = task;
  const prompt = renderPrompt(model, {
    messages: task.messages,
    variables: { ...effortVariables(task.reasoningEffort), ...task.variables },
    ...(toolUse && { tools: toolUse.tools }),
  });
  const { template, format } = chatStyle(model);
  const reasoning = planReasoning(template, prompt, format.channels);
  const grammar = answerGrammar(format, reasoning, { toolUse, answer });
  const tools = toolUse?.tools ?? [];
  const readAnswer: ReadMessage =
    toolUse || format.channels ? (source, message) => format.read(source, message, tools) : readContent(format);
  const read = format.channels ? readAnswer : readBehindReasoning(reasoning, readAnswer);
  const marks = [
    ...(toolUse || format.channels ? format.marks : []),
    ...(format.answerMarks ?? []),
    ...[reasoning.marks.open, reasoning.marks.close],
  ];
  return {
    prompt,
    ...(grammar && { grammar }),
    keep: marks.filter(mark => model.controlTokens.includes(mark)),
    reader() {
      const reader = createReader(read, reasoning.start === 'open', answer !== undefined);
      return reasoningFormat === 'inline' ? inlineReasoning(reader) : reader;
    },
  };
}

function readContent({ answerMarks }: ToolFormat): ReadMessage {
  return function* read(source, message) {
    yield* readText(source, message, [], answerMarks);
  };
}

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
  const text = answer && answerInText(answer, format.channels);
  if (toolUse) return toGrammar(behindReasoning(reasoning, answerOrCalls(format, toolUse, text)));
  return text && (format.channels || canReason(reasoning)) ? toGrammar(behindReasoning(reasoning, text)) : answer;
}

function answerInText(answer: Grammar, channels: Channels | undefined): Format {
  if (!channels) return piece(answer);
  const { answer: inText, json } = channels;
  const isJson = answer.kind === 'json' || answer.kind === 'json-schema';
  const begin = isJson && json !== undefined ? either([text(inText), text(json)]) : text(inText);
  return sequence(begin, piece(answer));
}

function answerOrCalls(format: ToolFormat, toolUse: ToolUse, answer: Format | undefined): Format {
  const functions = callable(toolUse);
  if (toolUse.choice === 'required') return format.calls(functions, toolUse.parallel);
  if (!answer) return format.free(functions, toolUse.parallel);
  const calls = format.calls(functions, toolUse.parallel);
  return isOpen(calls) ? either([atTheEnd(answer), calls]) : either([answer, calls]);
}

function callable({ tools, allowed, choice }: ToolUse): CallableFunction[] {
  const some = allowed ? tools.filter(({ name }) => allowed.includes(name)) : tools;
  return some.map(({ name, parameters = NO_PARAMETERS, strict = choice === 'required', param }) => ({
    name,
    arguments: {
      kind: 'json-schema',
      schema: closed({ type: 'object', ...parameters }),
      strict,
      ...(param !== undefined && { param }),
    },
  }));
}
