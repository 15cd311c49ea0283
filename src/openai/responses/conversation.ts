import type { ChatRequest, ChatRequestMessage } from '../chat-request.ts';
import type { InputMessage, ResponseRequest, TextFormat } from './response-request.ts';

/** The conversation that a response answers, without its instructions: they are not handed on to the next. */
export type Conversation = readonly ChatRequestMessage[];

export function continued(before: Conversation, input: ResponseRequest['input']): Conversation {
  return [...before, ...(typeof input === 'string' ? [userMessage(input)] : input.map(toChatMessage))];
}

/** The request as the chat endpoint would have it. */
export function toChatRequest(request: ResponseRequest, conversation: Conversation): ChatRequest {
  const {
    instructions,
    max_output_tokens,
    top_logprobs,
    include,
    text,
    tools: _tools,
    tool_choice: _choice,
    ...same
  } = request;
  const logprobs = Boolean(top_logprobs) || (include ?? []).includes('message.output_text.logprobs');
  return {
    ...same,
    messages: [...(instructions ? [{ role: 'system' as const, content: instructions }] : []), ...conversation],
    max_completion_tokens: max_output_tokens,
    logprobs,
    top_logprobs,
    response_format: toResponseFormat(text?.format),
  };
}

function toResponseFormat(format: TextFormat | null | undefined): ChatRequest['response_format'] {
  if (format?.type !== 'json_schema') return format;
  const { type, ...json_schema } = format;
  return { type, json_schema };
}

function toChatMessage({ role, content }: InputMessage): ChatRequestMessage {
  return { role, content: typeof content === 'string' ? content : content.map(textPart) };
}

function userMessage(content: string): ChatRequestMessage {
  return { role: 'user', content };
}

function textPart(part: Exclude<InputMessage['content'], string>[number]): { type: 'text'; text: string } {
  const text = 'text' in part ? part.text : 'refusal' in part ? part.refusal : '';
  return { type: 'text', text };
}
