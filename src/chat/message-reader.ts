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
  /** Whether the text so far ends with mark-up. */
  readonly isBetween: boolean;
}

/** Reads a whole message: from the source, into the writer. */
export type ReadMessage = (source: TextSource, message: MessageWriter) => Reading;

/**
 * @param isReasoning whether the text begins within reasoning
 * @param isHeld whether an answer in words is held to a grammar
 */
export function createReader(read: ReadMessage, isReasoning: boolean, isHeld = false): MessageReader {
  const source = new TextSource();
  const message = new MessageWriter(isReasoning, isHeld);
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
    get isBetween() {
      return message.isBetween;
    },
  };
}

/**
 * Reads content up to the first of the marks, and returns it; at the end of the text `undefined`. Content that is held to a
 * grammar goes on to that end, whatever stands in it.
 *
 * @param others marks that are no part of the content: those around an answer, or such as only a mistake puts there
 */
export function* readText(
  source: TextSource,
  message: MessageWriter,
  marks: readonly string[],
  others: readonly string[] = [],
): Reading<string | undefined> {
  for (;;) {
    if (message.isHeld) message.content(yield* source.blanks());
    const isAnswer = message.isHeld && !(yield* source.begins([...marks, ...others]));
    const mark = yield* source.until(isAnswer ? [] : [...marks, ...others], message.content);
    if (mark === undefined || marks.includes(mark)) return mark;
    message.part();
  }
}

/**
 * Where readers put what they find. Blanks between a message's parts belong to the mark-up: those around reasoning, and
 * those of the content before and behind a call, are dropped. Content, or reasoning, that goes on behind another part does
 * so as a new paragraph.
 */
export class MessageWriter {
  isReasoning: boolean;
  readonly isHeld: boolean;
  #parts: MessagePart[] = [];
  #calls = 0;
  /** Blanks that are part of the text only if more of it follows. */
  #held = '';
  isBetween = false;
  /** Kinds of text that there is already some of. */
  readonly #begun = new Set<string>();

  constructor(isReasoning: boolean, isHeld: boolean) {
    this.isReasoning = isReasoning;
    this.isHeld = isHeld;
    this.isBetween = isReasoning;
  }

  readonly content = (text: string): void => {
    this.#enter(false);
    this.#write('content', text);
  };

  readonly reasoning = (text: string): void => {
    this.#enter(true);
    this.#write('reasoning', text);
  };

  /** Parts what was written from what follows. */
  part(): void {
    this.#held = '';
    this.isBetween = true;
  }

  call(name: string): void {
    this.part();
    this.isReasoning = false;
    this.#parts.push({ type: 'tool-call', index: this.#calls++, name });
  }

  /** Adds to the last call's. */
  readonly arguments = (text: string): void => {
    if (text !== '') this.#parts.push({ type: 'tool-arguments', index: this.#calls - 1, text });
  };

  end(): void {
    if (this.isReasoning || this.isBetween || this.#held === '') return;
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
    this.part();
    this.isReasoning = isReasoning;
  }

  #write(type: 'content' | 'reasoning', text: string): void {
    const whole = this.#held + text;
    const trimmed = whole.trimEnd();
    this.#held = whole.slice(trimmed.length);
    const written = this.isBetween ? trimmed.trimStart() : trimmed;
    if (written === '') return;
    const isParagraph = this.isBetween && this.#begun.has(type);
    this.isBetween = false;
    this.#begun.add(type);
    this.#parts.push({ type, text: isParagraph ? `\n\n${written}` : written });
  }
}
