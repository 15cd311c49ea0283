import { RequestError } from '../../errors.ts';
import { answer, type Service } from '../answer.ts';
import { requireCapability } from '../capability.ts';
import { toGenerateRequest } from '../generate-request.ts';
import { readJsonBody } from '../json-body.ts';
import { validate } from '../validate.ts';
import { type Conversation, continued, toChatRequest } from './conversation.ts';
import { RESPONSE_EVENTS, type ResponseEvent, tellingFailure, toResponseEvents } from './response-events.ts';
import { draftResponse, type ResponseObject } from './response-object.ts';
import { refuseUnsupportedResponse, responseRequest } from './response-request.ts';
import type { ResponseStore } from './response-store.ts';

/** Answers `POST /v1/responses`. */
export async function respond(service: Service, store: ResponseStore, request: Request): Promise<Response> {
  const body = validate(responseRequest, await readJsonBody(request));
  refuseUnsupportedResponse(body);
  const conversation = continued(await conversationBefore(store, body.previous_response_id), body.input);
  return answer(service, request, body, ({ info }) => {
    requireCapability(info, 'chat');
    const chatRequest = toGenerateRequest(toChatRequest(body, conversation), info);
    const { grammar } = chatRequest;
    const generateRequest = grammar ? { ...chatRequest, grammar: { ...grammar, param: 'text.format' } } : chatRequest;
    const draft = draftResponse(body, info, generateRequest.sampling);
    const keep = async (response: ResponseObject) => {
      if (body.store ?? true) await store.put({ response, conversation: [...conversation, ...saidIn(response)] });
    };
    return {
      requests: [generateRequest],
      promptParam: 'input',
      toWhole: tokens => lastResponse(keeping(toResponseEvents(tokens, draft), keep)),
      toEvents: tokens => tellingFailure(keeping(toResponseEvents(tokens, draft), keep), draft),
      eventFormat: RESPONSE_EVENTS,
    };
  });
}

/** Answers `GET /v1/responses/{id}`. */
export async function findResponse(store: ResponseStore, id: string): Promise<Response> {
  const stored = await store.get(id);
  if (!stored) throw notFound(id);
  return Response.json(stored.response);
}

/** Answers `DELETE /v1/responses/{id}`. */
export async function deleteResponse(store: ResponseStore, id: string): Promise<Response> {
  if (!(await store.delete(id))) throw notFound(id);
  return Response.json({ id, object: 'response', deleted: true });
}

async function conversationBefore(store: ResponseStore, id: string | null | undefined): Promise<Conversation> {
  if (!id) return [];
  const stored = await store.get(id);
  if (stored) return stored.conversation;
  const message = `There is no response '${id}' here: it was not stored, or is forgotten by now.`;
  throw new RequestError(message, 'previous_response_not_found', 'previous_response_id');
}

/** The response is kept before its last event is told, so that whoever hears of it can ask for it. */
async function* keeping(
  events: AsyncIterable<ResponseEvent>,
  keep: (response: ResponseObject) => Promise<void>,
): AsyncGenerator<ResponseEvent> {
  for await (const event of events) {
    if (event.response && event.response.status !== 'in_progress') await keep(event.response);
    yield event;
  }
}

async function lastResponse(events: AsyncIterable<ResponseEvent>): Promise<ResponseObject | undefined> {
  let last: ResponseObject | undefined;
  for await (const { response } of events) last = response ?? last;
  return last;
}

function saidIn({ output }: ResponseObject): Conversation {
  const texts = output.flatMap(item => (item.type === 'message' ? item.content : []));
  const content = texts.map(part => (part.type === 'output_text' ? part.text : part.refusal)).join('');
  return [{ role: 'assistant', content }];
}

function notFound(id: string): RequestError {
  return new RequestError(`There is no response '${id}' here.`, 'response_not_found', null, 404);
}
