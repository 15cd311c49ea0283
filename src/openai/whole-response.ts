import { errorBody } from './error-response.ts';
import { onAbort } from './event-stream.ts';

/**
 * A JSON response of what `collect` makes of all events.
 *
 * With `headAtOnce` its head goes out with the first event: whatever fails before rejects, and gets a status of its own;
 * what fails later is an error in the body of a 200. For Chromium tells a service worker that a request has been given
 * up, or its page closed, by cancelling the answer's body and in no other way (https://crbug.com/823697), and an engine
 * that goes on to the end of an answer which nobody waits for keeps everybody else waiting.
 */
export async function wholeResponse<Event>(
  start: (signal: AbortSignal) => AsyncIterable<Event>,
  collect: (events: AsyncIterable<Event>) => Promise<unknown>,
  request: Request,
  { headAtOnce }: { headAtOnce: boolean },
): Promise<Response> {
  const stopping = new AbortController();
  onAbort(request.signal, reason => stopping.abort(reason));
  let begin = () => {};
  const begun = new Promise<void>(resolve => {
    begin = resolve;
  });
  async function* events(): AsyncGenerator<Event> {
    for await (const event of start(stopping.signal)) {
      begin();
      yield event;
    }
  }
  const whole = collect(events());
  await (headAtOnce ? Promise.race([begun, whole]) : whole);
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const answer = await whole.catch(errorBody);
      if (stopping.signal.aborted) return controller.error(stopping.signal.reason); // no effect on a cancelled body
      controller.enqueue(new TextEncoder().encode(JSON.stringify(answer)));
      controller.close();
    },
    cancel(reason) {
      // Naming the request keeps it alive, and its signal with it.
      if (!request.signal.aborted) stopping.abort(reason);
    },
  });
  return new Response(body, { headers: { 'Content-Type': 'application/json' } });
}
