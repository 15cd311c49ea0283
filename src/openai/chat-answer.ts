import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionMessage,
  ChatCompletionMessageFunctionToolCall,
} from 'openai/resources/chat/completions';
import type { MessagePart } from '../chat/message-reader.ts';
import { type AnswerHead, newId } from './answer-head.ts';
import type { MessageEvent, MessageFinish, MessageUsage } from './message-events.ts';
import { type LogprobEntry, toLogprobs } from './token-logprobs.ts';
import { toUsage } from './usage.ts';

export interface ChatForm {
  readonly head: AnswerHead;
  readonly includeUsage: boolean;
  /** Calls are told as `function_call`, as before there were tools. */
  readonly legacyCalls: boolean;
}

/** OpenAI's, with the thinking as DeepSeek's API and local servers tell it. */
type Message = ChatCompletionMessage & { reasoning_content?: string };
type Delta = ChatCompletionChunk.Choice.Delta & { reasoning_content?: string };
type FinishReason = ChatCompletion.Choice['finish_reason'];

interface Draft {
  content: string;
  reasoning: string;
  readonly calls: ChatCompletionMessageFunctionToolCall[];
  readonly logprobs: LogprobEntry[];
}

/** The whole answer, once every choice has finished. */
export async function toCompletion(events: AsyncIterable<MessageEvent>, form: ChatForm): Promise<ChatCompletion> {
  const drafts = new Map<number, Draft>();
  const choices: ChatCompletion.Choice[] = [];
  const usages: MessageUsage[] = [];
  for await (const { choice, parts, tokens, finish } of events) {
    const draft = drafts.get(choice) ?? { content: '', reasoning: '', calls: [], logprobs: [] };
    drafts.set(choice, draft);
    for (const part of parts) addPart(draft, part);
    draft.logprobs.push(...tokens.flatMap(toLogprobs));
    if (!finish) continue;
    usages.push(finish.usage);
    choices.push({
      index: choice,
      message: toMessage(draft, form),
      logprobs: draft.logprobs.length > 0 ? { content: draft.logprobs, refusal: null } : null,
      finish_reason: finishReason(finish, form),
    });
  }
  choices.sort((a, b) => a.index - b.index);
  return { ...form.head, object: 'chat.completion', choices, usage: toUsage(usages) };
}

function addPart(draft: Draft, part: MessagePart): void {
  if (part.type === 'content') draft.content += part.text;
  else if (part.type === 'reasoning') draft.reasoning += part.text;
  else if (part.type === 'tool-call') draft.calls.push(newCall(part.name));
  else {
    const call = draft.calls[part.index];
    if (call) call.function.arguments += part.text;
  }
}

function newCall(name: string): ChatCompletionMessageFunctionToolCall {
  return { id: newId('call_'), type: 'function', function: { name, arguments: '' } };
}

function toMessage({ content, reasoning, calls }: Draft, { legacyCalls }: ChatForm): Message {
  const [first] = calls;
  return {
    role: 'assistant',
    content: first && content === '' ? null : content,
    refusal: null,
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(first && (legacyCalls ? { function_call: first.function } : { tool_calls: calls })),
  };
}

/**
 * The answer piece by piece: for each choice a chunk with the role, its parts as they come, and one with the finish
 * reason; then one with the usage alone, where it was asked for.
 */
export async function* toChunks(
  events: AsyncIterable<MessageEvent>,
  form: ChatForm,
): AsyncGenerator<ChatCompletionChunk> {
  const { head, includeUsage } = form;
  const base = { ...head, object: 'chat.completion.chunk' as const };
  const chunk = (choice: Pick<ChatCompletionChunk.Choice, 'index' | 'delta'> & Partial<ChatCompletionChunk.Choice>) => {
    const choices = [{ logprobs: null, finish_reason: null, ...choice }];
    return { ...base, choices, ...(includeUsage && { usage: null }) };
  };
  const begun = new Set<number>();
  const usages: MessageUsage[] = [];
  for await (const { choice: index, parts, tokens, finish } of events) {
    // Only a message that begins with a call may have no content.
    const content = parts[0]?.type === 'tool-call' ? null : '';
    if (!begun.has(index)) yield chunk({ index, delta: { role: 'assistant', content, refusal: null } });
    begun.add(index);
    for (const choice of toDeltas(parts, tokens.flatMap(toLogprobs), form)) yield chunk({ index, ...choice });
    if (!finish) continue;
    yield chunk({ index, delta: {}, finish_reason: finishReason(finish, form) });
    usages.push(finish.usage);
  }
  if (includeUsage) yield { ...base, choices: [], usage: toUsage(usages) };
}

/** One delta a part; the log-probabilities go with the first content, or with empty content where there is none. */
function* toDeltas(
  parts: readonly MessagePart[],
  entries: LogprobEntry[],
  form: ChatForm,
): Generator<Pick<ChatCompletionChunk.Choice, 'delta' | 'logprobs'>> {
  let logprobs = entries.length > 0 ? { content: entries, refusal: null } : null;
  for (const part of parts) {
    const isContent = part.type === 'content';
    yield { delta: toDelta(part, form), logprobs: isContent ? logprobs : null };
    if (isContent) logprobs = null;
  }
  if (logprobs) yield { delta: { content: '' }, logprobs };
}

function toDelta(part: MessagePart, { legacyCalls }: ChatForm): Delta {
  switch (part.type) {
    case 'content':
      return { content: part.text };
    case 'reasoning':
      return { reasoning_content: part.text };
    case 'tool-call': {
      const call = newCall(part.name);
      return legacyCalls ? { function_call: call.function } : { tool_calls: [{ index: part.index, ...call }] };
    }
    case 'tool-arguments': {
      const piece = { arguments: part.text };
      return legacyCalls ? { function_call: piece } : { tool_calls: [{ index: part.index, function: piece }] };
    }
  }
}

function finishReason({ reason }: MessageFinish, { legacyCalls }: ChatForm): FinishReason {
  return legacyCalls && reason === 'tool_calls' ? 'function_call' : reason;
}
