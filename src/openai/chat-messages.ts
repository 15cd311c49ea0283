import * as z from 'zod/mini';
import type { ChatMessage, ToolCall } from '../chat/render-prompt.ts';
import { RequestError } from '../errors.ts';

const textOr = <Part extends z.ZodMiniType>(part: Part) => {
  return z.union([z.string(), z.array(part).check(z.minLength(1))]);
};

const textPart = z.object({ type: z.literal('text'), text: z.string() });
const refusalPart = z.object({ type: z.literal('refusal'), refusal: z.string() });
const mediaPart = z.object({ type: z.enum(['image_url', 'input_audio', 'file']) });

const functionCall = z.object({ name: z.string(), arguments: z.string() });
const toolCall = z.object({ id: z.string(), type: z.literal('function'), function: functionCall });

const name = z.nullish(z.string());

/** A message of a chat; `reasoning_content` as DeepSeek's API and local servers know it, `function` as OpenAI's once did. */
export const chatMessage = z.discriminatedUnion('role', [
  z.object({ role: z.enum(['system', 'developer']), content: textOr(textPart), name }),
  z.object({
    role: z.literal('user'),
    content: textOr(z.discriminatedUnion('type', [textPart, mediaPart])),
    name,
  }),
  z.object({
    role: z.literal('assistant'),
    content: z.nullish(textOr(z.discriminatedUnion('type', [textPart, refusalPart]))),
    reasoning_content: z.nullish(z.string()),
    tool_calls: z.nullish(z.array(toolCall)),
    function_call: z.nullish(functionCall),
    name,
  }),
  z.object({ role: z.literal('tool'), content: textOr(textPart), tool_call_id: z.string() }),
  z.object({ role: z.literal('function'), content: z.nullable(z.string()), name: z.string() }),
]);

export type ChatRequestMessage = z.infer<typeof chatMessage>;

/** @throws RequestError for a tool's answer to a call that no message before it made. */
export function checkCallIds(messages: readonly ChatRequestMessage[]): void {
  const made = new Set<string>();
  for (const [index, message] of messages.entries()) {
    if (message.role === 'assistant') for (const { id } of message.tool_calls ?? []) made.add(id);
    if (message.role === 'tool' && !made.has(message.tool_call_id)) {
      throw unknownCall(message.tool_call_id, made, `messages[${index}].tool_call_id`);
    }
  }
}

export function unknownCall(id: string, made: ReadonlySet<string>, param: string): RequestError {
  const known = made.size === 0 ? 'no call at all' : `only of ${[...made].join(', ')}`;
  return new RequestError(`Nothing before it calls '${id}': there is ${known}.`, 'invalid_value', param);
}

/**
 * The messages with their content as one text, of which parts become lines, and what the API called functions as tools.
 */
export function toChatMessages(messages: readonly ChatRequestMessage[]): ChatMessage[] {
  /** Of the latest call that has no id of its own. */
  let unnamed: string | undefined;
  return messages.map((message, index) => {
    const content = toText(message.content);
    if (message.role === 'assistant') {
      const { reasoning_content, name } = message;
      const calls = toolCalls(message, `call_${index}`);
      if (message.function_call) unnamed = calls.at(-1)?.id;
      return { role: 'assistant', content, name, reasoning_content, ...(calls.length > 0 && { tool_calls: calls }) };
    }
    if (message.role !== 'tool' && message.role !== 'function') return { ...message, content };
    if (message.role === 'function') return { role: 'tool', content, tool_call_id: unnamed, name: message.name };
    return { role: 'tool', content, tool_call_id: message.tool_call_id };
  });
}

function toolCalls(
  { tool_calls, function_call }: Extract<ChatRequestMessage, { role: 'assistant' }>,
  id: string,
): readonly ToolCall[] {
  if (tool_calls?.length) return tool_calls;
  return function_call ? [{ id, type: 'function', function: function_call }] : [];
}

function toText(content: ChatRequestMessage['content']): string | null {
  return Array.isArray(content) ? content.map(partText).join('\n') : (content ?? null);
}

type ContentPart = Exclude<ChatRequestMessage['content'], string | null | undefined>[number];

function partText(part: ContentPart): string {
  if (part.type === 'text') return part.text;
  return part.type === 'refusal' ? part.refusal : '';
}
