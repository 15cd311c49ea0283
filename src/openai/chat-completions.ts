import { answer, type Service } from './answer.ts';
import { answerHead } from './answer-head.ts';
import { requireCapability } from './capability.ts';
import { toChunks, toCompletion } from './chat-answer.ts';
import { chatRequest } from './chat-request.ts';
import { toGenerateRequest } from './generate-request.ts';
import { readJsonBody } from './json-body.ts';
import { refuseUnsupported } from './unsupported.ts';
import { validate } from './validate.ts';

/** Answers `POST /v1/chat/completions`. */
export async function completeChat(service: Service, request: Request): Promise<Response> {
  const body = validate(chatRequest, await readJsonBody(request));
  refuseUnsupported(body);
  return answer(service, request, body, ({ info }) => {
    requireCapability(info, 'chat');
    const head = answerHead('chatcmpl-', info);
    return {
      requests: [toGenerateRequest(body, info)],
      promptParam: 'messages',
      toWhole: events => toCompletion(events, head),
      toEvents: events => toChunks(events, head, body.stream_options?.include_usage ?? false),
    };
  });
}
