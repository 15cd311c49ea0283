/** Pieces of xgrammar's EBNF as text. */
import { ASCII, type CodePoints, complement, intersection } from './code-points.ts';
import { utf8Ranges } from './utf8-ranges.ts';

/** Stands for exactly this text. */
export function literal(text: string): string {
  return `"${Array.from(text, character => escaped(character.codePointAt(0) ?? 0)).join('')}"`;
}

/**
 * Stands for one character of the set, which must not be empty.
 *
 * xgrammar (0.1.27) takes a class for one of bytes as soon as a character in it is not ASCII, so those are written as the
 * bytes of their UTF-8.
 */
export function oneOf(set: CodePoints): string {
  const ascii = intersection(set, ASCII);
  const others = intersection(set, complement(ASCII)).flatMap(([low, high]) => utf8Ranges(low, high));
  return choice([...(ascii.length > 0 ? [byteClass(ascii)] : []), ...others]);
}

/** Stands for one character that is not of the set, which is ASCII, be it good UTF-8 or not: much faster to match. */
export function anyBut(set: CodePoints): string {
  return byteClass(set).replace('[', '[^');
}

function byteClass(set: CodePoints): string {
  const ranges = set.map(([low, high]) => (low === high ? escaped(low) : `${escaped(low)}-${escaped(high)}`));
  return `[${ranges.join('')}]`;
}

export function sequence(...parts: readonly string[]): string {
  const some = parts.filter(part => part !== EMPTY);
  return some.length === 0 ? EMPTY : some.join(' ');
}

/** At least one. */
export function choice(options: readonly string[]): string {
  const [first = EMPTY, ...others] = new Set(options);
  return others.length === 0 ? first : `(${[first, ...others].join(' | ')})`;
}

/** `part` from `min` to `max` times. */
export function repeat(part: string, min: number, max: number): string {
  if (max === 0 || part === EMPTY) return EMPTY;
  if (min === 1 && max === 1) return part;
  const count = max === Number.POSITIVE_INFINITY ? `{${min},}` : `{${min},${max}}`;
  return `(${part})${SIGNS.get(count) ?? count}`;
}

const SIGNS: ReadonlyMap<string, string> = new Map([
  ['{0,1}', '?'],
  ['{0,}', '*'],
  ['{1,}', '+'],
]);

/** Stands for no text. */
export const EMPTY = '""';

/** Letters and digits as they are; all else by number, so that nothing has a meaning of its own. */
function escaped(codePoint: number): string {
  const character = String.fromCodePoint(codePoint);
  if (/[0-9A-Za-z]/.test(character)) return character;
  const hex = codePoint.toString(16);
  return codePoint > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}

/** Counts up to here are written out: each is a place in the grammar, for which xgrammar prepares a mask. */
export const FEW = 16;

/** Named rules. */
export class Rules {
  readonly #bodies = new Map<string, string>();
  readonly #names = new Map<string, string>();
  readonly #made = new Map<string, string>();
  #length = 0;
  /** Whether counts beyond {@link FEW} are kept; otherwise they are any number, and the grammar takes more than it should. */
  readonly counts: boolean;

  constructor(counts: boolean) {
    this.counts = counts;
  }

  /** Characters in all bodies. */
  get length(): number {
    return this.#length;
  }

  /** A name for a rule that is yet to be defined. */
  reserve(): string {
    const name = `r${this.#bodies.size}`;
    this.#bodies.set(name, name);
    return name;
  }

  define(name: string, body: string): void {
    this.#length += body.length;
    this.#bodies.set(name, body);
  }

  /** What was made of this name before, or is made now. */
  once(name: string, make: () => string): string {
    const known = this.#made.get(name) ?? make();
    this.#made.set(name, known);
    return known;
  }

  /** The name of a rule with this body. */
  add(body: string): string {
    const known = this.#names.get(body);
    if (known !== undefined) return known;
    const name = this.reserve();
    this.define(name, body);
    this.#names.set(body, name);
    return name;
  }

  /** `part` from `min` to `max` times, however many that is. */
  repeat(part: string, min: number, max: number): string {
    if (min <= FEW && (max <= FEW || max === Number.POSITIVE_INFINITY)) return repeat(part, min, max);
    if (!this.counts) return repeat(part, Math.min(min, 1), Number.POSITIVE_INFINITY);
    const item = this.add(part);
    const more = max === Number.POSITIVE_INFINITY ? repeat(item, 0, max) : this.#upTo(item, max - min);
    return sequence(this.#exactly(item, min), more);
  }

  /** By the digits of `count` to the base {@link FEW}: as blocks of blocks, few places stand for large counts. */
  #exactly(part: string, count: number): string {
    if (count < FEW) return repeat(part, count, count);
    return sequence(this.#exactly(this.#block(part), Math.floor(count / FEW)), this.#exactly(part, count % FEW));
  }

  /** All blocks that there may be and then a rest, or fewer and then less than one. */
  #upTo(part: string, count: number): string {
    if (count < FEW) return repeat(part, 0, count);
    const [block, blocks] = [this.#block(part), Math.floor(count / FEW)];
    return choice([
      sequence(this.#exactly(block, blocks), repeat(part, 0, count % FEW)),
      sequence(this.#upTo(block, blocks - 1), repeat(part, 0, FEW - 1)),
    ]);
  }

  #block(part: string): string {
    return this.add(repeat(part, FEW, FEW));
  }

  /** The grammar of `root`. */
  toEbnf(root: string): string {
    return [`root ::= ${root}`, ...[...this.#bodies].map(([name, body]) => `${name} ::= ${body}`)].join('\n');
  }
}
