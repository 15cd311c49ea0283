import { expose, type Remote, releaseProxy, transfer, wrap } from 'comlink';
import { orAborted } from '../engine/or-aborted.ts';
import './transfer-errors.ts';
import './transfer-signals.ts';

/** A Request as data that can be cloned. */
export interface PlainRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: [string, string][];
  readonly body: ArrayBuffer | undefined;
}

/** A Response as data that can be transferred; a {@link BodySource} is exposed on the port. */
export interface PlainResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: [string, string][];
  readonly body: MessagePort | undefined;
}

/** The next piece of a body; `undefined` after the last. Nothing is made that was not asked for. */
type BodySource = () => Promise<Uint8Array | undefined>;

/** A `fetch` that can be exposed over comlink. The signal aborts at the exchange's end, whichever way it ends. */
export type PlainFetch = (request: PlainRequest, signal: AbortSignal) => Promise<PlainResponse>;

export type Fetch = (request: Request) => Promise<Response>;

/**
 * The answering end: what `handler` answers, for {@link throughPort} on the other side.
 *
 * @param gone aborts when the asking side is no longer there to end its exchanges.
 */
export function answering(handler: Fetch, gone?: AbortSignal): PlainFetch {
  return async ({ method, url, headers, body }, over) => {
    const signal = gone ? AbortSignal.any([over, gone]) : over;
    const init = { method, headers, signal, ...(body === undefined ? {} : { body }) };
    const response = await handler(new Request(url, init));
    const port = response.body ? exposeBody(response.body, signal) : undefined;
    const { status, statusText } = response;
    return transfer({ status, statusText, headers: [...response.headers], body: port }, port ? [port] : []);
  };
}

function exposeBody(body: ReadableStream<Uint8Array>, signal: AbortSignal): MessagePort {
  const { port1, port2 } = new MessageChannel();
  const reader = body.getReader();
  const next: BodySource = async () => (await reader.read()).value;
  // The exchange's end is all that cancels a body; after its last piece that has no effect.
  const cancel = () => reader.cancel(signal.reason).catch(() => {});
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  expose(next, port1);
  return port2;
}

/**
 * The asking end: a `fetch` whose answers come from {@link answering} on the other side of a port or a worker.
 *
 * Aborting the request, cancelling the answer's body or aborting `gone` ends the exchange on both sides.
 *
 * @param gone aborts when the other side can no longer answer, with the error to throw.
 */
export function throughPort(remote: Remote<PlainFetch> | PlainFetch, gone: AbortSignal): Fetch {
  return async request => {
    const over = new AbortController();
    const ended = AbortSignal.any([request.signal, gone, over.signal]);
    try {
      const plain = await toPlainRequest(request);
      const answer = await orAborted(remote(plain, ended), ended);
      const body = answer.body && readBody(answer.body, ended, over);
      if (body === undefined) over.abort();
      return new Response(body ?? null, answer);
    } catch (error) {
      over.abort();
      throw error;
    }
  };
}

async function toPlainRequest(request: Request): Promise<PlainRequest> {
  request.signal.throwIfAborted();
  const { method, url } = request;
  const body = await request.arrayBuffer();
  const plain = { method, url, headers: [...request.headers], body: body.byteLength > 0 ? body : undefined };
  return transfer(plain, [body]);
}

/** The body behind a port. It pulls when it is read: what runs ahead of the reader waits on the other side. */
function readBody(port: MessagePort, ended: AbortSignal, over: AbortController): ReadableStream<Uint8Array> {
  const next = wrap<BodySource>(port);
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const end = () => {
          controller.error(ended.reason); // without effect on a body that was read to its end
          next[releaseProxy]();
        };
        ended.addEventListener('abort', end, { once: true });
      },
      async pull(controller) {
        try {
          const piece = await orAborted(next(), ended);
          if (piece) return controller.enqueue(piece);
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        over.abort();
      },
      cancel: () => over.abort(),
    },
    { highWaterMark: 0 },
  );
}
