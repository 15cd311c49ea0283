import { createParser } from 'eventsource-parser';
import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import { isAbort } from '../../errors.ts';
import { errorOfBody } from './api-error.ts';
import { readText } from './read-text.ts';

/**
 * An answer as it is generated. It can be read once; leaving the loop, or aborting `controller`, stops generation.
 * Like the `openai` package's stream, one that was aborted just ends.
 */
export class ChatStream implements AsyncIterable<ChatCompletionChunk> {
  readonly controller: AbortController;
  readonly #body: ReadableStream<Uint8Array> | null;

  constructor(body: ReadableStream<Uint8Array> | null, controller: AbortController) {
    this.#body = body;
    this.controller = controller;
  }

  /** @throws IngleError when generation fails. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ChatCompletionChunk, void, undefined> {
    try {
      for await (const data of events(this.#body)) {
        if (data === '[DONE]') return;
        const chunk: ChatCompletionChunk = JSON.parse(data);
        // The status line was sent long before whatever happened; 500 is what there is to say.
        const error = errorOfBody(chunk, 500);
        if (error) throw error;
        yield chunk;
      }
    } catch (error) {
      if (!this.controller.signal.aborted && !isAbort(error)) throw error;
    } finally {
      this.controller.abort();
    }
  }
}

/** The data of each server-sent event. */
async function* events(body: ReadableStream<Uint8Array> | null): AsyncGenerator<string> {
  const ready: string[] = [];
  const parser = createParser({ onEvent: event => ready.push(event.data) });
  for await (const text of readText(body)) {
    parser.feed(text);
    yield* ready.splice(0);
  }
}
