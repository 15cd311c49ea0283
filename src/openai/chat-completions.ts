import { answer, type Service } from './answer.ts';
import { answerHead } from './answer-head.ts';
import { requireCapability } from './capability.ts';
import { toChunks, toCompletion } from './chat-answer.ts';
import { checkCallIds } from './chat-messages.ts';
import { chatRequest } from './chat-request.ts';
import { planAnswer } from './generate-request.ts';
import { readJsonBody } from './json-body.ts';
import { readMessages } from './message-events.ts';
import { toGrammar } from './response-format.ts';
import { askedByChat, speaksOfFunctions } from './tools/asked-tools.ts';
import { toToolUse } from './tools/tool-use.ts';
import { refuseUnsupported } from './unsupported.ts';
import { validate } from './validate.ts';

/** Answers `POST /v1/chat/completions`. */
export async function completeChat(service: Service, request: Request): Promise<Response> {
  const body = validate(chatRequest, await readJsonBody(request));
  refuseUnsupported(body);
  checkCallIds(body.messages);
  const forms = { toolUse: toToolUse(askedByChat(body)), format: toGrammar(body.response_format) };
  return answer(service, request, body, ({ info }) => {
    requireCapability(info, 'chat');
    const { request: generateRequest, newReader } = planAnswer(body, forms, info);
    const form = {
      head: answerHead('chatcmpl-', info),
      includeUsage: body.stream_options?.include_usage ?? false,
      legacyCalls: speaksOfFunctions(body),
    };
    return {
      requests: [generateRequest],
      promptParam: 'messages',
      toWhole: events => toCompletion(readMessages(events, newReader), form),
      toEvents: events => toChunks(readMessages(events, newReader), form),
    };
  });
}
