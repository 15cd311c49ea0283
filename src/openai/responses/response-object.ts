import type {
  FunctionTool,
  ResponseOutputItem,
  ResponseUsage,
  Response as SdkResponse,
} from 'openai/resources/responses/responses';
import type { ModelInfo, Sampling } from '../../engine/engine.ts';
import { newId, nowInSeconds } from '../answer-head.ts';
import type { MessageFinish, MessageUsage } from '../message-events.ts';
import type { ResponseRequest } from './response-request.ts';

/** OpenAI's response as it is on the wire; `output_text` is something that clients add. */
export type ResponseObject = Omit<SdkResponse, 'output_text'>;

/** A response of which nothing is generated yet. */
export function draftResponse(request: ResponseRequest, info: ModelInfo, sampling: Sampling): ResponseObject {
  return {
    id: newId('resp_'),
    object: 'response',
    created_at: nowInSeconds(),
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    max_output_tokens: request.max_output_tokens ?? null,
    metadata: request.metadata ?? {},
    model: info.id,
    output: [],
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: request.previous_response_id ?? null,
    reasoning: { effort: request.reasoning?.effort ?? null, summary: request.reasoning?.summary ?? null },
    service_tier: 'default',
    temperature: sampling.temperature,
    text: { format: request.text?.format ?? { type: 'text' }, verbosity: request.text?.verbosity ?? 'medium' },
    tool_choice: request.tool_choice ?? 'auto',
    tools: (request.tools ?? []).map(toFunctionTool),
    top_logprobs: request.top_logprobs ?? 0,
    top_p: sampling.topP,
    truncation: 'disabled',
    ...(request.user && { user: request.user }),
  };
}

function toFunctionTool(tool: NonNullable<ResponseRequest['tools']>[number]): FunctionTool {
  const { type, name, description = null, parameters = null, strict } = tool;
  return { type, name, description, parameters, strict: strict ?? false };
}

/** The draft as it is when its output is complete, or has come to the limit of its length. */
export function finished(
  draft: ResponseObject,
  { reason, usage }: MessageFinish,
  output: ResponseOutputItem[],
): ResponseObject {
  const whole = { ...draft, output, usage: toResponseUsage(usage) };
  if (reason !== 'length') return { ...whole, status: 'completed', completed_at: nowInSeconds() };
  return { ...whole, status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
}

function toResponseUsage({
  promptTokens,
  cachedTokens,
  completionTokens,
  reasoningTokens,
}: MessageUsage): ResponseUsage {
  return {
    input_tokens: promptTokens,
    input_tokens_details: { cached_tokens: cachedTokens, cache_write_tokens: 0 },
    output_tokens: completionTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: promptTokens + completionTokens,
  };
}
