import { RequestError } from '../errors.ts';
import type { ChatRequest } from './chat-request.ts';
import { refuseMedia } from './media.ts';

/**
 * Refuses what OpenAI's API defines and this one cannot honour, and fields that contradict each other.
 *
 * @throws RequestError with the field as `param`.
 */
export function refuseUnsupported(request: ChatRequest): void {
  for (const [index, { content }] of request.messages.entries()) refuseMedia(content, `messages[${index}].content`);
  if (request.modalities?.includes('audio')) throw unsupported('modalities', 'Answers are text: only ["text"].');
  if (request.audio) throw unsupported('audio', 'Answers are text, not audio.');
  if (request.web_search_options) throw unsupported('web_search_options', 'There is no web search.');
  if (typeof request.top_logprobs === 'number' && !request.logprobs) {
    throw new RequestError('top_logprobs needs logprobs to be true.', 'invalid_value', 'top_logprobs');
  }
}

function unsupported(param: string, message: string): RequestError {
  return new RequestError(message, 'unsupported_parameter', param);
}
