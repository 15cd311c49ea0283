import * as z from 'zod/mini';
import * as published from './published-types.ts';

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

/**
 * An answer whose body cannot be read to its end unless it is what OpenAI's published types say.
 *
 * @param path of the request
 */
export function checked(path: string, response: Response): Response {
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
