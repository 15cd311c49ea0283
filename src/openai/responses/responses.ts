import * as z from 'zod/mini';
import type { TokenEvent } from '../../engine/engine.ts';
import { RequestError } from '../../errors.ts';
import { answer, type Service } from '../answer.ts';
import { requireCapability } from '../capability.ts';
import { planAnswer } from '../generate-request.ts';
import { readJsonBody } from '../json-body.ts';
import { readMessages } from '../message-events.ts';
import { askedByResponse } from '../tools/asked-tools.ts';
import { toToolUse } from '../tools/tool-use.ts';
import { validate } from '../validate.ts';
import { toChatRequest, toFormatGrammar } from './conversation.ts';
import { listQuery, toPage } from './input-items.ts';
import { checkItems, type Item, item, toItems } from './items.ts';
import { RESPONSE_EVENTS, type ResponseEvent, tellingFailure, toResponseEvents } from './response-events.ts';
import { draftResponse, type ResponseObject } from './response-object.ts';
import { refuseUnsupportedResponse, responseRequest } from './response-request.ts';
import type { ResponseStore, StoredResponse } from './response-store.ts';

/** Answers `POST /v1/responses`. */
export async function respond(service: Service, store: ResponseStore, request: Request): Promise<Response> {
  const body = validate(responseRequest, await readJsonBody(request));
  refuseUnsupportedResponse(body);
  const before = await itemsBefore(store, body.previous_response_id);
  const input = toItems(body.input);
  checkItems(before, input);
  const forms = { toolUse: toToolUse(askedByResponse(body)), format: toFormatGrammar(body.text?.format) };
  const items = [...before, ...input];
  return answer(service, request, body, ({ info }) => {
    requireCapability(info, 'chat');
    const { request: generateRequest, newReader } = planAnswer(toChatRequest(body, items), forms, info);
    const draft = draftResponse(body, info, generateRequest.sampling);
    const keep = async (response: ResponseObject) => {
      if (body.store ?? true) await store.put({ response, input: items });
    };
    const respondTo = (tokens: AsyncIterable<TokenEvent>) => {
      return keeping(toResponseEvents(readMessages(tokens, newReader), draft), keep);
    };
    return {
      requests: [generateRequest],
      promptParam: 'input',
      toWhole: tokens => lastResponse(respondTo(tokens)),
      toEvents: tokens => tellingFailure(respondTo(tokens), draft),
      eventFormat: RESPONSE_EVENTS,
    };
  });
}

/** Answers `GET /v1/responses/{id}`. */
export async function findResponse(store: ResponseStore, id: string): Promise<Response> {
  return Response.json((await find(store, id)).response);
}

/** Answers `DELETE /v1/responses/{id}`. */
export async function deleteResponse(store: ResponseStore, id: string): Promise<Response> {
  if (!(await store.delete(id))) throw notFound(id);
  return Response.json({ id, object: 'response', deleted: true });
}

/** Answers `GET /v1/responses/{id}/input_items`. */
export async function listInputItems(store: ResponseStore, id: string, request: Request): Promise<Response> {
  const query = validate(listQuery, Object.fromEntries(new URL(request.url).searchParams));
  return Response.json(toPage((await find(store, id)).input, query));
}

async function find(store: ResponseStore, id: string): Promise<StoredResponse> {
  const stored = await store.get(id);
  if (!stored) throw notFound(id);
  return stored;
}

async function itemsBefore(store: ResponseStore, id: string | null | undefined): Promise<readonly Item[]> {
  if (!id) return [];
  const stored = await store.get(id);
  if (stored) return [...stored.input, ...itemsOf(stored.response)];
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

/** What it said, as what comes after it has said it. */
function itemsOf({ output }: ResponseObject): Item[] {
  return z.array(item).parse(output);
}

function notFound(id: string): RequestError {
  return new RequestError(`There is no response '${id}' here.`, 'response_not_found', null, 404);
}
