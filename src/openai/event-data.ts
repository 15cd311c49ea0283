import { createParser } from 'eventsource-parser';

/** The data of each server-sent event in a text that comes in pieces. */
export async function* eventData(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  const ready: string[] = [];
  const parser = createParser({ onEvent: event => ready.push(event.data) });
  for await (const text of pieces) {
    parser.feed(text);
    yield* ready.splice(0);
  }
}
