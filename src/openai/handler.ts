import { type Context, Hono } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import type { EngineProvider } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import { newId } from './answer-head.ts';
import { completeChat } from './chat-completions.ts';
import { completeText } from './completions.ts';
import { embed } from './embeddings.ts';
import { errorResponse } from './error-response.ts';
import { findModel, listModels } from './models.ts';
import { DEFAULT_QUEUE_LIMIT, Queue } from './queue.ts';
import { memoryStore, type ResponseStore } from './responses/response-store.ts';
import { deleteResponse, findResponse, listInputItems, respond } from './responses/responses.ts';
import { Upstreams } from './upstream/upstreams.ts';

export interface HandlerOptions {
  /** The key that requests must bring as `Authorization: Bearer …`; without one, any request passes. */
  readonly apiKey?: string;
  /** How many requests may be under way or wait; any beyond are answered 429. */
  readonly queueLimit?: number;
  /** Where responses are kept; in memory when absent. */
  readonly responses?: ResponseStore;
  /** Who may answer in place of this device; nobody when absent. */
  readonly upstreams?: Upstreams;
}

/**
 * OpenAI's HTTP API as a function; its paths are below. Like `fetch`, it rejects with the signal's reason when the
 * request was aborted; every other failure is a response in OpenAI's error shape.
 */
export function createHandler(
  provider: EngineProvider,
  options: HandlerOptions = {},
): (request: Request) => Promise<Response> {
  const service = { provider, queue: new Queue(options.queueLimit ?? DEFAULT_QUEUE_LIMIT) };
  const responses = options.responses ?? memoryStore();
  const upstreams = options.upstreams ?? new Upstreams([]);
  const listed = async () => [...(await provider.list()), ...upstreams.entries];
  const app = new Hono({ strict: false });
  app.onError(error => errorResponse(error));
  app.notFound(context => {
    return errorResponse(new RequestError(`There is no ${describeRequest(context)}.`, 'unknown_url', null, 404));
  });
  app.use(methodNotAllowed({ app, onMethodNotAllowed: answerOtherMethod }));
  app.use((context, next) => {
    if (context.req.method !== 'OPTIONS') checkApiKey(context.req.header('Authorization'), options.apiKey);
    return next();
  });
  app.get('/v1/models', async () => listModels(await listed()));
  app.get('/v1/models/:id{.+}', async context => findModel(await listed(), context.req.raw));
  const answers: Record<string, (request: Request) => Promise<Response>> = {
    '/v1/completions': request => completeText(service, request),
    '/v1/chat/completions': request => completeChat(service, request),
    '/v1/embeddings': request => embed(service, request),
    '/v1/responses': request => respond(service, responses, request),
  };
  for (const [path, local] of Object.entries(answers)) {
    app.post(path, context => upstreams.answer(context.req.raw, local));
  }
  app.get('/v1/responses/:id', context => findResponse(responses, context.req.param('id')));
  app.get('/v1/responses/:id/input_items', context => {
    return listInputItems(responses, context.req.param('id'), context.req.raw);
  });
  app.delete('/v1/responses/:id', context => deleteResponse(responses, context.req.param('id')));
  return async request => {
    const response = await app.fetch(request);
    request.signal.throwIfAborted();
    // What OpenAI's clients show as `_request_id`, and name in a report of an error.
    response.headers.set('X-Request-Id', newId('req_'));
    return response;
  };
}

function describeRequest({ req }: Context): string {
  return `${req.method} ${new URL(req.url).pathname} here`;
}

function answerOtherMethod(context: Context, methods: string[]): Response {
  const headers = { Allow: [...methods, 'OPTIONS'].join(', ') };
  if (context.req.method === 'OPTIONS') return new Response(null, { status: 204, headers });
  const message = `Not allowed: ${describeRequest(context)}. Allowed: ${headers.Allow}.`;
  return errorResponse(new RequestError(message, 'method_not_allowed', null, 405), headers);
}

function checkApiKey(authorization: string | undefined, apiKey: string | undefined): void {
  if (apiKey === undefined || authorization === `Bearer ${apiKey}`) return;
  const message = authorization
    ? 'The API key in the Authorization header is not the one that was set.'
    : 'An API key is needed: send it as Authorization: Bearer KEY.';
  throw new RequestError(message, 'invalid_api_key', null, 401);
}
