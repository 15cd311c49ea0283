import { errorBody } from './error-response.ts';

/** How values become events. */
export interface EventFormat {
  /** The event's text, without the empty line that ends it. */
  write(value: unknown): string;
  /** What follows the last value, if anything does. */
  readonly end?: string;
}

const CHUNKS: EventFormat = { write: value => `data: ${JSON.stringify(value)}`, end: 'data: [DONE]' };

/**
 * How many events wait for a reader who is slow or has gone: more than an answer has, of some 300 bytes each. The engine
 * runs ahead of the reader, so that nobody holds it from those who wait behind; it rests where even this is full.
 */
const EVENTS_AHEAD = 32_768;

/**
 * A response of server-sent events: one for each value, then the format's end; after a failure, one with the error
 * instead.
 *
 * It waits for the first value, so that whatever fails before it rejects and gets a status of its own. From then on it
 * runs ahead of its reader. Cancelling the body and aborting the request both abort the signal that `start` gets, and
 * close the generator, which may be resting at a `yield` where it hears no signal.
 */
export async function eventStreamResponse(
  start: (signal: AbortSignal) => AsyncGenerator<unknown>,
  request: Request,
  { write, end }: EventFormat = CHUNKS,
): Promise<Response> {
  const stopping = new AbortController();
  // Not AbortSignal.any: the body below must keep the request alive, whose signal may fall silent once it is collected.
  onAbort(request.signal, reason => stopping.abort(reason));
  const values = start(stopping.signal);
  let first: IteratorResult<unknown> | undefined = await values.next();
  const source: UnderlyingDefaultSource<Uint8Array> = {
    start(controller) {
      onAbort(stopping.signal, reason => {
        values.return(undefined).catch(() => {}); // the reader learns of the abort from the next line
        controller.error(reason);
      });
    },
    async pull(controller) {
      try {
        const { value, done } = first ?? (await values.next());
        first = undefined;
        if (!done) return controller.enqueue(encodeEvent(write(value)));
        if (end !== undefined) controller.enqueue(encodeEvent(end));
        controller.close();
      } catch (error) {
        if (stopping.signal.aborted) return;
        controller.enqueue(encodeEvent(write(errorBody(error))));
        controller.close();
      }
    },
    cancel(reason) {
      if (!request.signal.aborted) stopping.abort(reason);
    },
  };
  return new Response(new ReadableStream(source, { highWaterMark: EVENTS_AHEAD }), {
    headers: { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache' },
  });
}

export function onAbort(signal: AbortSignal, act: (reason: unknown) => void): void {
  if (signal.aborted) act(signal.reason);
  else signal.addEventListener('abort', () => act(signal.reason), { once: true });
}

function encodeEvent(event: string): Uint8Array {
  return new TextEncoder().encode(`${event}\n\n`);
}
