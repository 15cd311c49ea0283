import type { Engine, EngineProvider } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import { type AnswerHead, toChunks, toCompletion } from './chat-answer.ts';
import { chatRequest } from './chat-request.ts';
import { eventStreamResponse } from './event-stream.ts';
import { toGenerateRequest } from './generate-request.ts';
import { readJsonBody } from './json-body.ts';
import { refuseUnsupported } from './unsupported.ts';
import { validate } from './validate.ts';
import { wholeResponse } from './whole-response.ts';

/** Answers `POST /v1/chat/completions`: as one JSON object, or as events with `stream` or when events are what it accepts. */
export async function completeChat(provider: EngineProvider, request: Request): Promise<Response> {
  const body = validate(chatRequest, await readJsonBody(request));
  refuseUnsupported(body);
  const engine = await provider.open(body.model ?? undefined, request.signal);
  if (!engine.info.capabilities.chat) {
    throw new RequestError(`The model '${engine.info.id}' does not chat.`, 'unsupported_model', 'model');
  }
  const generateRequest = toGenerateRequest(body, engine.info);
  const head = answerHead(engine);
  if (body.stream ?? acceptsEvents(request)) {
    const includeUsage = body.stream_options?.include_usage ?? false;
    return eventStreamResponse(
      signal => toChunks(engine.generate(generateRequest, signal), head, includeUsage),
      request,
    );
  }
  return wholeResponse(
    signal => engine.generate(generateRequest, signal),
    events => toCompletion(events, head),
    request,
  );
}

function acceptsEvents(request: Request): boolean {
  return request.headers.get('Accept')?.includes('text/event-stream') ?? false;
}

function answerHead({ info }: Engine): AnswerHead {
  return {
    id: `chatcmpl-${crypto.randomUUID().replaceAll('-', '')}`,
    created: Math.floor(Date.now() / 1000),
    model: info.id,
    system_fingerprint: info.fingerprint,
  };
}
