import { isAbort, toPlainError } from '../../errors.ts';
import type { EventFormat } from '../event-stream.ts';
import type { MessageEvent } from '../message-events.ts';
import { OutputWriter } from './output-writer.ts';
import { finished, type ResponseObject } from './response-object.ts';

/** https://platform.openai.com/docs/api-reference/responses-streaming */
export interface ResponseEvent {
  readonly type: string;
  readonly sequence_number: number;
  /** In the events that begin and end a response. */
  readonly response?: ResponseObject;
}

/** Events are named by their type, and there is no `[DONE]`: the last of them says so itself. */
export const RESPONSE_EVENTS: EventFormat = {
  write: value => {
    const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : 'error';
    return `event: ${type}\ndata: ${JSON.stringify(value)}`;
  },
};

/** A response as it is made: the draft, its output piece by piece, and the response that it became. */
export async function* toResponseEvents(
  events: AsyncIterable<MessageEvent>,
  draft: ResponseObject,
): AsyncGenerator<ResponseEvent> {
  let sequence = 0;
  const number = (event: { readonly type: string }): ResponseEvent => ({ ...event, sequence_number: sequence++ });
  const output = new OutputWriter();
  for await (const { parts, tokens, finish } of events) {
    if (sequence === 0) {
      yield number({ type: 'response.created', ...{ response: draft } });
      yield number({ type: 'response.in_progress', ...{ response: draft } });
    }
    for (const event of output.write(parts, tokens)) yield number(event);
    if (!finish) continue;
    const status = finish.reason === 'length' ? 'incomplete' : 'completed';
    for (const event of output.end(status)) yield number(event);
    yield number({ type: `response.${status}`, ...{ response: finished(draft, finish, output.items) } });
  }
}

/** The same, but a failure after the first event becomes the two last events. */
export async function* tellingFailure(
  events: AsyncIterable<ResponseEvent>,
  draft: ResponseObject,
): AsyncGenerator<ResponseEvent> {
  let sequence = 0;
  try {
    for await (const event of events) {
      sequence = event.sequence_number + 1;
      yield event;
    }
  } catch (error) {
    if (sequence === 0 || isAbort(error)) throw error;
    const { code, message, param } = toPlainError(error);
    yield { type: 'error', sequence_number: sequence, ...{ code, message, param } };
    const response: ResponseObject = { ...draft, status: 'failed', error: { code: 'server_error', message } };
    yield { type: 'response.failed', sequence_number: sequence + 1, response };
  }
}
