import { type Reading, TextSource } from './text-source.ts';

/** A piece of a message, in the order in which the model says it. */
export type MessagePart =
  | { readonly type: 'content'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  /** Begins a call: the first has index 0. */
  | { readonly type: 'tool-call'; readonly index: number; readonly name: string }
  /** Adds to the arguments of that call; all of them together are JSON, unless the answer is cut off. */
  | { readonly type: 'tool-arguments'; readonly index: number; readonly text: string };

/**
 * Splits the text of one choice into the parts of a message, as it comes and wherever its pieces' borders fall. Mark-up
 * of calls and of reasoning is in none of the parts.
 */
export interface MessageReader {
  /** The parts that the next piece of the engine's text completes, often none. */
  push(text: string): MessagePart[];
  /** What was held back, at the end. */
  end(): MessagePart[];
  /** Whether the text so far ends within reasoning: a token that leaves it so is one of its. */
  readonly isReasoning: boolean;
}

/** Reads a whole message: from the source, into the writer. */
export type ReadMessage = (source: TextSource, message: MessageWriter) => Reading;

export function createReader(read: ReadMessage, isReasoning: boolean): MessageReader {
  const source = new TextSource();
  const message = new MessageWriter(isReasoning);
  const reading = read(source, message);
  return {
    push(text) {
      source.push(text);
      reading.next();
      return message.takeParts();
    },
    end() {
      source.end();
      reading.next();
      message.end();
      return message.takeParts();
    },
    get isReasoning() {
      return message.isReasoning;
    },
  };
}

/**
 * Where readers put what they find. Blanks between a message's parts belong to the mark-up: those around reasoning, and
 * those of the content before and behind a call, are dropped.
 */
export class MessageWriter {
  isReasoning: boolean;
  #parts: MessagePart[] = [];
  #calls = 0;
  /** Blanks that are part of the text only if more of it follows. */
  #held = '';
  #isBetween = false;

  constructor(isReasoning: boolean) {
    this.isReasoning = isReasoning;
    this.#isBetween = isReasoning;
  }

  readonly content = (text: string): void => {
    this.#enter(false);
    this.#write('content', text);
  };

  readonly reasoning = (text: string): void => {
    this.#enter(true);
    this.#write('reasoning', text);
  };

  call(name: string): void {
    this.#between();
    this.isReasoning = false;
    this.#parts.push({ type: 'tool-call', index: this.#calls++, name });
  }

  /** Adds to the last call's. */
  readonly arguments = (text: string): void => {
    if (text !== '') this.#parts.push({ type: 'tool-arguments', index: this.#calls - 1, text });
  };

  end(): void {
    if (this.isReasoning || this.#isBetween || this.#held === '') return;
    this.#parts.push({ type: 'content', text: this.#held });
    this.#held = '';
  }

  takeParts(): MessagePart[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }

  #enter(isReasoning: boolean): void {
    if (this.isReasoning === isReasoning) return;
    this.#between();
    this.isReasoning = isReasoning;
  }

  #between(): void {
    this.#held = '';
    this.#isBetween = true;
  }

  #write(type: 'content' | 'reasoning', text: string): void {
    const whole = this.#held + text;
    const trimmed = whole.trimEnd();
    this.#held = whole.slice(trimmed.length);
    const written = this.#isBetween ? trimmed.trimStart() : trimmed;
    if (written === '') return;
    this.#isBetween = false;
    this.#parts.push({ type, text: written });
  }
}
