import type { ResponseOutputItem } from 'openai/resources/responses/responses';
import type { MessagePart } from '../../chat/message-reader.ts';
import type { TokenPiece } from '../../engine/engine.ts';
import { type LogprobEntry, toLogprobs } from '../token-logprobs.ts';
import {
  callItem,
  type ItemStatus,
  messageItem,
  type OutputEvent,
  type OutputItem,
  reasoningItem,
} from './output-items.ts';

/** The kind of part that an item goes on with. */
type Kind = 'content' | 'reasoning' | 'tool-arguments';

/** Makes a response's output of the parts of a message: one item after the other, the last of them open. */
export class OutputWriter {
  /** Those that are finished. */
  readonly items: ResponseOutputItem[] = [];
  #open: { readonly kind: Kind; readonly item: OutputItem } | undefined;

  *write(parts: readonly MessagePart[], tokens: readonly TokenPiece[]): Generator<OutputEvent> {
    let logprobs = tokens.flatMap(toLogprobs);
    for (const part of parts) {
      if (part.type === 'tool-call') {
        yield* this.#begin('tool-arguments', callItem(this.#next, part.name));
        continue;
      }
      yield* this.#add(part.type, part.text, part.type === 'content' ? logprobs : []);
      if (part.type === 'content') logprobs = [];
    }
    if (logprobs.length > 0) yield* this.#add('content', '', logprobs);
  }

  /** An answer that says nothing is a message all the same. */
  *end(status: ItemStatus): Generator<OutputEvent> {
    if (!this.#open) yield* this.#begin('content', messageItem(this.#next));
    yield* this.#close(status);
  }

  get #next(): number {
    return this.items.length + (this.#open ? 1 : 0);
  }

  *#add(kind: Kind, text: string, logprobs: LogprobEntry[]): Generator<OutputEvent> {
    const isNew = this.#open?.kind !== kind;
    // What goes on behind another part is a paragraph of its own in a message, and an item here.
    const own = isNew && this.#next > 0 ? text.trimStart() : text;
    if (isNew) {
      yield* this.#begin(kind, kind === 'reasoning' ? reasoningItem(this.#next) : messageItem(this.#next));
    }
    yield* this.#open?.item.add(own, logprobs) ?? [];
  }

  *#begin(kind: Kind, item: OutputItem): Generator<OutputEvent> {
    yield* this.#close('completed');
    this.#open = { kind, item };
    yield {
      type: 'response.output_item.added',
      ...{ output_index: this.items.length, item: item.item('in_progress') },
    };
    yield* item.begin();
  }

  *#close(status: ItemStatus): Generator<OutputEvent> {
    if (!this.#open) return;
    const { item } = this.#open;
    yield* item.end();
    const output_index = this.items.length;
    this.items.push(item.item(status));
    this.#open = undefined;
    yield { type: 'response.output_item.done', ...{ output_index, item: item.item(status) } };
  }
}
