import * as z from 'zod/mini';
import { createHandler, type HandlerOptions } from '../../src/openai/handler.ts';
import { type Script, ScriptedEmbedder, scriptedProvider } from '../fixtures/scripted-engine.ts';
import { TOOL_TEMPLATE, tokensOf } from '../fixtures/tool-template.ts';
import * as published from './published-types.ts';

/**
 * A `fetch` as an embedder gets it from `ingle.fetch`, with a scripted engine behind it; every answer that is read to
 * its end is held to OpenAI's published types.
 */
export function start(script: Script = {}, options: HandlerOptions = {}) {
  const engine = new ScriptedEmbedder(script);
  const handler = createHandler(scriptedProvider(engine), options);
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    return checked(new URL(request.url).pathname, await handler(request));
  };
  return { engine, fetch };
}

/** What each endpoint answers: as a whole, and as each of its events. */
const SCHEMAS: [path: RegExp, whole: z.ZodMiniType, event?: z.ZodMiniType][] = [
  [/^\/v1\/chat\/completions$/, published.chatCompletion, published.chatCompletionChunk],
  [/^\/v1\/completions$/, published.completion, published.completionChunk],
  [/^\/v1\/embeddings$/, published.embeddings],
  [/^\/v1\/responses$/, published.response, published.responseEvent],
  [/^\/v1\/responses\/.+\/input_items$/, published.responseItems],
  [/^\/v1\/responses\/.+$/, z.union([published.response, published.responseDeleted])],
  [/^\/v1\/models$/, published.models],
  [/^\/v1\/models\/.+$/, published.model],
];

function checked(path: string, response: Response): Response {
  const [, whole, event] = SCHEMAS.find(([pattern]) => pattern.test(path)) ?? [];
  if (!whole) throw new TypeError(`There is no schema for ${path}.`);
  const decoder = new TextDecoder();
  let text = '';
  const check = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      text += decoder.decode(piece, { stream: true });
      controller.enqueue(piece);
    },
    flush() {
      // A throw fails the client's reading, and with it the test.
      if (!response.ok) published.errorBody.parse(JSON.parse(text));
      else if (event && response.headers.get('Content-Type')?.startsWith('text/event-stream')) checkEvents(text, event);
      else whole.parse(JSON.parse(text));
    },
  });
  return new Response(response.body?.pipeThrough(check) ?? null, response);
}

function checkEvents(text: string, schema: z.ZodMiniType): void {
  for (const event of text.trimEnd().split('\n\n')) {
    const data = event.replace(/^(event: .*\n)?data: /, '');
    if (data === '[DONE]') continue;
    const value: unknown = JSON.parse(data);
    if (!published.errorBody.safeParse(value).success) schema.parse(value);
  }
}

/** The same with a model that knows tools and says one text after the other, whatever it is asked. */
export function startSaying(...texts: readonly string[]) {
  const waiting = [...texts];
  return start({ info: { chatTemplate: TOOL_TEMPLATE }, answer: () => tokensOf(waiting.shift() ?? '') });
}
