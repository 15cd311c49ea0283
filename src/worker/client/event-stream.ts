import { isAbort } from '../../errors.ts';
import { eventData } from '../../openai/event-data.ts';
import { readText } from '../../openai/read-text.ts';
import { errorOfBody } from './api-error.ts';

/**
 * An answer as it is generated. It can be read once; leaving the loop, or aborting `controller`, stops generation.
 * Like the `openai` package's stream, one that was aborted just ends.
 */
export class EventStream<Event> implements AsyncIterable<Event> {
  readonly controller: AbortController;
  readonly #body: ReadableStream<Uint8Array> | null;

  constructor(body: ReadableStream<Uint8Array> | null, controller: AbortController) {
    this.#body = body;
    this.controller = controller;
  }

  /** @throws IngleError when generation fails. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Event, void, undefined> {
    try {
      for await (const data of eventData(readText(this.#body))) {
        if (data === '[DONE]') return;
        const event: Event = JSON.parse(data);
        // The status line was sent long before whatever happened; 500 is what there is to say.
        const error = errorOfBody(event, 500);
        if (error) throw error;
        yield event;
      }
    } catch (error) {
      if (!this.controller.signal.aborted && !isAbort(error)) throw error;
    } finally {
      this.controller.abort();
    }
  }
}
