import type {
  ResponseFunctionToolCall,
  ResponseOutputItem,
  ResponseOutputMessage,
  ResponseOutputText,
  ResponseReasoningItem,
} from 'openai/resources/responses/responses';
import { newId } from '../answer-head.ts';
import type { LogprobEntry } from '../token-logprobs.ts';

/** An event without its number. */
export interface OutputEvent {
  readonly type: string;
}

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

/** One item of an output while it is written: the events that tell how it grows, and what it is by now. */
export interface OutputItem {
  begin(): OutputEvent[];
  add(text: string, logprobs: LogprobEntry[]): OutputEvent[];
  end(): OutputEvent[];
  item(status: ItemStatus): ResponseOutputItem;
}

export function messageItem(output_index: number): OutputItem {
  const id = newId('msg_');
  const place = { item_id: id, output_index, content_index: 0 };
  const logprobs: LogprobEntry[] = [];
  let text = '';
  const part = (): ResponseOutputText => ({ type: 'output_text', annotations: [], logprobs: [...logprobs], text });
  return {
    begin: () => [{ type: 'response.content_part.added', ...place, part: part() }],
    add(delta, entries) {
      text += delta;
      logprobs.push(...entries);
      return [{ type: 'response.output_text.delta', ...place, delta, logprobs: entries }];
    },
    end: () => [
      { type: 'response.output_text.done', ...place, text, logprobs },
      { type: 'response.content_part.done', ...place, part: part() },
    ],
    item: (status): ResponseOutputMessage => {
      return { id, type: 'message', role: 'assistant', status, content: status === 'in_progress' ? [] : [part()] };
    },
  };
}

export function reasoningItem(output_index: number): OutputItem {
  const id = newId('rs_');
  const place = { item_id: id, output_index, content_index: 0 };
  let text = '';
  const part = (): ResponseReasoningItem.Content => ({ type: 'reasoning_text', text });
  return {
    begin: () => [{ type: 'response.content_part.added', ...place, part: part() }],
    add(delta) {
      text += delta;
      return [{ type: 'response.reasoning_text.delta', ...place, delta }];
    },
    end: () => [
      { type: 'response.reasoning_text.done', ...place, text },
      { type: 'response.content_part.done', ...place, part: part() },
    ],
    item: (status): ResponseReasoningItem => {
      return { id, type: 'reasoning', summary: [], content: status === 'in_progress' ? [] : [part()], status };
    },
  };
}

export function callItem(output_index: number, name: string): OutputItem {
  const ids = { id: newId('fc_'), call_id: newId('call_') };
  const place = { item_id: ids.id, output_index };
  let json = '';
  return {
    begin: () => [],
    add(delta) {
      json += delta;
      return [{ type: 'response.function_call_arguments.delta', ...place, delta }];
    },
    end: () => [{ type: 'response.function_call_arguments.done', ...place, name, arguments: json }],
    item: (status): ResponseFunctionToolCall => ({ ...ids, type: 'function_call', name, arguments: json, status }),
  };
}
