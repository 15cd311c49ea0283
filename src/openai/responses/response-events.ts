import type { ResponseOutputMessage, ResponseOutputText } from 'openai/resources/responses/responses';
import type { TokenEvent, TokenLogprob, TokenPiece } from '../../engine/engine.ts';
import { isAbort, toPlainError } from '../../errors.ts';
import { newId } from '../answer-head.ts';
import type { EventFormat } from '../event-stream.ts';
import { finished, outputMessage, type ResponseObject } from './response-object.ts';

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

/** A response as it is made: the draft, one message whose text comes token by token, and the response that it became. */
export async function* toResponseEvents(
  tokens: AsyncIterable<TokenEvent>,
  draft: ResponseObject,
): AsyncGenerator<ResponseEvent> {
  let sequence = 0;
  const event = (type: string, fields: object): ResponseEvent => ({ type, sequence_number: sequence++, ...fields });
  const id = newId('msg_');
  const item = { output_index: 0 };
  const place = { item_id: id, output_index: 0, content_index: 0 };
  const part = { type: 'output_text' as const, annotations: [], logprobs: [], text: '' } satisfies ResponseOutputText;
  const written: Required<ResponseOutputText> = { ...part, logprobs: [] };
  for await (const token of tokens) {
    if (sequence === 0) {
      yield event('response.created', { response: draft });
      yield event('response.in_progress', { response: draft });
      yield event('response.output_item.added', { ...item, item: outputMessage(id, 'in_progress', []) });
      yield event('response.content_part.added', { ...place, part });
    }
    const logprobs = token.type === 'token' ? toLogprobs(token) : [];
    written.text += token.text;
    written.logprobs.push(...logprobs);
    if (token.text !== '' || logprobs.length > 0) {
      yield event('response.output_text.delta', { ...place, delta: token.text, logprobs });
    }
    if (token.type === 'token') continue;
    const status = token.reason === 'stop' ? 'completed' : 'incomplete';
    const message: ResponseOutputMessage = outputMessage(id, status, [written]);
    yield event('response.output_text.done', { ...place, text: written.text, logprobs: written.logprobs });
    yield event('response.content_part.done', { ...place, part: written });
    yield event('response.output_item.done', { ...item, item: message });
    yield event(`response.${status}`, { response: finished(draft, token, message) });
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

function toLogprobs({ logprob, topLogprobs = [] }: TokenPiece): ResponseOutputText.Logprob[] {
  if (!logprob) return [];
  const write = ({ token, bytes, logprob }: TokenLogprob) => ({ token, bytes: [...bytes], logprob });
  return [{ ...write(logprob), top_logprobs: topLogprobs.map(write) }];
}
