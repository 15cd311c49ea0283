import type { Grammar } from '../../engine/engine.ts';
import type { ChatRequest } from '../chat-request.ts';
import { toGrammar } from '../response-format.ts';
import { type Item, toMessages } from './items.ts';
import type { ResponseRequest, TextFormat } from './response-request.ts';

/**
 * The request as the chat endpoint would have it, but for its tools.
 *
 * @param items the conversation; the instructions stand before it, and are not handed on to the next response
 */
export function toChatRequest(request: ResponseRequest, items: readonly Item[]): ChatRequest {
  const { instructions, max_output_tokens, top_logprobs, include, reasoning } = request;
  const { tools: _tools, tool_choice: _choice, ...same } = request;
  const logprobs = Boolean(top_logprobs) || (include ?? []).includes('message.output_text.logprobs');
  return {
    ...same,
    messages: [...(instructions ? [{ role: 'system' as const, content: instructions }] : []), ...toMessages(items)],
    max_completion_tokens: max_output_tokens,
    logprobs,
    top_logprobs,
    reasoning_effort: reasoning?.effort,
  };
}

/** As the chat endpoint's `response_format`, but for the place in the request. */
export function toFormatGrammar(format: TextFormat | null | undefined): Grammar | undefined {
  if (format?.type !== 'json_schema') return toGrammar(format, 'text.format');
  const { schema, strict = null } = format;
  return { kind: 'json-schema', schema, strict: strict ?? true, param: 'text.format.schema' };
}
