import { wrap } from 'comlink';
import { EnvironmentError } from '../errors.ts';
import { errorBody, errorResponse } from '../openai/error-response.ts';
import { type PlainFetch, throughPort } from '../worker/http-port.ts';
import { endOfLife, holdLife } from '../worker/life.ts';
import { findHost } from './find-host.ts';
import type { Clients } from './service-worker-scope.ts';

/**
 * Hands a request to the page that hosts the engine, and pipes its answer. Always answers: a host that cannot be found,
 * or goes in the middle, is an error in OpenAI's shape.
 */
export async function relay(request: Request, clients: Clients): Promise<Response> {
  // Aborted when the answer has been read to its end, or nobody reads it any more.
  const over = new AbortController();
  try {
    // The host's worker stops when this life ends, be it that we are done, or that the browser stopped us.
    const host = await findHost(clients, await holdLife(over.signal));
    const gone = new AbortController();
    void endOfLife(host.life, over.signal).then(() => {
      gone.abort(new EnvironmentError('The page that ran the model was closed.', 'engine_unavailable'));
    });
    const response = await throughPort(wrap<PlainFetch>(host.port), gone.signal)(request);
    const body = response.body && pipe(response.body, isEventStream(response), over);
    if (!body) over.abort();
    return new Response(body, response);
  } catch (error) {
    over.abort();
    return errorResponse(error);
  }
}

function isEventStream(response: Response): boolean {
  return response.headers.get('Content-Type')?.startsWith('text/event-stream') ?? false;
}

/** The same bytes. A stream of events that breaks off says why in a last one; JSON, which comes whole or not, instead. */
function pipe(body: ReadableStream<Uint8Array>, events: boolean, over: AbortController): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          controller.close();
        } catch (error) {
          const json = JSON.stringify(errorBody(error));
          controller.enqueue(new TextEncoder().encode(events ? `data: ${json}\n\n` : json));
          controller.close();
        }
        over.abort();
      },
      async cancel(reason) {
        await reader.cancel(reason);
        over.abort();
      },
    },
    { highWaterMark: 0 },
  );
}
