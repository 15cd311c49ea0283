/** Reads as a procedure would, though its text comes in pieces: it yields wherever it must wait for more. */
export type Reading<Result = void> = Generator<undefined, Result, undefined>;

type Hand = (text: string) => void;

/** Text that comes in pieces. What is read of it does not depend on where the pieces' borders fall. */
export class TextSource {
  #text = '';
  #hasEnded = false;

  /** Whether the end was announced, be there text left or not. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  push(text: string): void {
    this.#text += text;
  }

  end(): void {
    this.#hasEnded = true;
  }

  /** Whether there is nothing more to come. */
  *isAtEnd(): Reading<boolean> {
    while (this.#text === '' && !this.#hasEnded) yield;
    return this.#text === '';
  }

  /** The next character, which stays; `''` at the end. */
  *peek(): Reading<string> {
    return (yield* this.isAtEnd()) ? '' : this.#text.charAt(0);
  }

  /** Takes `text` if it comes next. Of one that is cut off at the end nothing is left, but a single character. */
  *take(text: string): Reading<boolean> {
    while (!this.#hasEnded && this.#text.length < text.length && text.startsWith(this.#text)) yield;
    if (this.#text.startsWith(text)) return this.#cut(text.length) === text;
    if (this.#text.length > 1 && text.startsWith(this.#text)) this.#drop();
    return false;
  }

  /** Takes `mark` where nothing else is expected: nothing is left of one that is cut off. */
  *skip(mark: string): Reading<boolean> {
    if (yield* this.take(mark)) return true;
    if (mark.startsWith(this.#text)) this.#drop();
    return false;
  }

  /** Whether one of the marks comes next, or is cut off here; it stays. */
  *begins(marks: readonly string[]): Reading<boolean> {
    for (;;) {
      if (marks.some(mark => this.#text.startsWith(mark))) return true;
      const mayBegin = marks.some(mark => mark.startsWith(this.#text));
      if (!mayBegin || this.#hasEnded) return mayBegin;
      yield;
    }
  }

  /** Takes the white space that comes next. */
  blanks(): Reading<string> {
    return this.while(/\s/);
  }

  /** Takes the characters that come next as long as each is one of these, and `most` of them. */
  *while(character: RegExp, most = Number.POSITIVE_INFINITY): Reading<string> {
    let taken = '';
    while (taken.length < most && character.test(yield* this.peek())) taken += this.#cut(1);
    return taken;
  }

  /**
   * Hands on the text before the first of the marks as it comes, takes the mark and returns it; at the end of the text
   * `undefined`. What may be a mark that was cut off there is dropped. No mark may stand within another, but at its end.
   */
  *until(marks: readonly string[], hand: Hand): Reading<string | undefined> {
    for (;;) {
      const found = firstOf(marks, this.#text);
      if (found) {
        hand(this.#cut(found.at));
        this.#cut(found.mark.length);
        return found.mark;
      }
      const half = /[\uD800-\uDBFF]$/.test(this.#text) ? 1 : 0;
      const held = Math.max(half, ...marks.map(mark => overlap(this.#text, mark)));
      // One character alone is more likely to be text.
      hand(this.#cut(this.#text.length - (this.#hasEnded && held === 1 ? 0 : held)));
      if (this.#hasEnded) return this.#drop();
      yield;
    }
  }

  /** The text before the first of the marks, as {@link until} hands it on, and the mark. */
  *before(marks: readonly string[]): Reading<{ text: string; mark: string | undefined }> {
    let text = '';
    const mark = yield* this.until(marks, more => {
      text += more;
    });
    return { text, mark };
  }

  /** Hands on the JSON value that comes next, behind blanks, as it comes. Tells whether it came to its end. */
  *json(hand: Hand): Reading<boolean> {
    yield* this.blanks();
    const scan = new JsonScan();
    for (;;) {
      const length = scan.advance(this.#text);
      hand(this.#cut(length));
      if (this.#text !== '' || scan.isWhole) return scan.isWhole;
      if (this.#hasEnded) return scan.isWholeAtEnd;
      yield;
    }
  }

  #drop(): undefined {
    this.#text = '';
  }

  #cut(length: number): string {
    const cut = this.#text.slice(0, length);
    this.#text = this.#text.slice(length);
    return cut;
  }
}

function firstOf(marks: readonly string[], text: string): { mark: string; at: number } | undefined {
  const found = marks.map(mark => ({ mark, at: text.indexOf(mark) })).filter(({ at }) => at >= 0);
  return found.sort((a, b) => a.at - b.at)[0];
}

/** Length of the longest proper prefix of `mark` that `text` ends with. */
function overlap(text: string, mark: string): number {
  for (let length = Math.min(text.length, mark.length - 1); length > 0; length--) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}

/** What numbers and words are made of, and what a value may begin with. */
const SCALAR = /[-+.\w]/;
const START = /["{[\-+.\w]/;

/** Finds the end of one JSON value. It does not check the value: whoever parses it will. */
class JsonScan {
  isWhole = false;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #isScalar = false;

  /** A number or word ends where the text does. */
  get isWholeAtEnd(): boolean {
    return this.isWhole || (this.#isScalar && this.#depth === 0);
  }

  /** How much of `text` belongs to the value. */
  advance(text: string): number {
    let length = 0;
    for (; length < text.length && !this.isWhole; length++) {
      if (!this.#take(text.charAt(length))) break;
    }
    return length;
  }

  /** Whether the character is the value's. */
  #take(character: string): boolean {
    if (this.#isInString) {
      this.#takeInString(character);
      return true;
    }
    if (this.#depth === 0 && !(this.#isScalar ? SCALAR : START).test(character)) {
      this.isWhole = this.#isScalar;
      return false;
    }
    if (character === '"') this.#isInString = true;
    else if (character === '{' || character === '[') this.#depth++;
    else if (character === '}' || character === ']') this.#close();
    else if (this.#depth === 0) this.#isScalar = true;
    return true;
  }

  #takeInString(character: string): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (character === '\\') this.#isEscaped = true;
    else if (character === '"') {
      this.#isInString = false;
      this.isWhole = this.#depth === 0;
    }
  }

  #close(): void {
    this.#depth--;
    this.isWhole = this.#depth <= 0;
  }
}
