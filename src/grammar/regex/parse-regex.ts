import {
  type CodePoints,
  characters,
  codePointOf,
  complement,
  EVERY,
  intersection,
  range,
  union,
} from '../code-points.ts';
import { ANY_TEXT, all, choice, not, type Regex, repeat, sequence, set } from './regex.ts';
import { RegexError } from './regex-error.ts';

/** Anchors and lookaheads are nodes of their own until the alternatives' ends are looked at. */
type Parsed =
  | Regex
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'ahead'; readonly regex: Regex };

const DIGITS = range('0', '9');
const WORD = union(range('a', 'z'), range('A', 'Z'), DIGITS, characters('_'));
/** ECMAScript's white space and line terminators. */
const SPACE = union(
  characters('\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff'),
  range('\u2000', '\u200a'),
);
const NO_LINE_END = complement(characters('\n\r\u2028\u2029'));

const CLASSES: Readonly<Record<string, CodePoints>> = {
  d: DIGITS,
  D: complement(DIGITS),
  w: WORD,
  W: complement(WORD),
  s: SPACE,
  S: complement(SPACE),
};
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', v: '\v', f: '\f', 0: '\0' };

/** Groups within groups: far more than anybody writes, and no danger to the stack. */
const MAX_DEPTH = 100;

/**
 * ECMAScript's regular expressions with the `u` flag, but for backreferences, word boundaries, Unicode properties,
 * lookbehind, anchors anywhere but at the ends, and lookahead anywhere but at the beginning behind `^`.
 *
 * @param whole the pattern must match a whole text; otherwise it may be found anywhere in it, as JSON Schema has it
 * @throws RegexError
 */
export function parseRegex(pattern: string, whole = false): Regex {
  try {
    new RegExp(pattern, 'u');
  } catch (error) {
    throw new RegexError(error instanceof Error ? error.message : String(error));
  }
  return new RegexParser(pattern, whole).parse();
}

class RegexParser {
  readonly #characters: readonly string[];
  readonly #whole: boolean;
  #at = 0;
  #depth = 0;

  constructor(pattern: string, whole: boolean) {
    this.#characters = Array.from(pattern);
    this.#whole = whole;
  }

  parse(): Regex {
    return choice(...this.#alternatives().map(parts => this.#unanchored(parts)));
  }

  /** Takes the anchors from the ends, and lets any text stand where there are none. */
  #unanchored(parts: readonly Parsed[]): Regex {
    const inner = [...parts];
    while (inner[0]?.kind === 'start') inner.shift();
    const anchoredStart = this.#whole || inner.length < parts.length;
    const aheads: Regex[] = [];
    for (let [first] = inner; anchoredStart && first?.kind === 'ahead'; [first] = inner) {
      aheads.push(first.regex);
      inner.shift();
    }
    const anchoredEnd = this.#whole || inner.at(-1)?.kind === 'end';
    while (inner.at(-1)?.kind === 'end') inner.pop();
    const regex = sequence(
      ...(anchoredStart ? [] : [ANY_TEXT]),
      ...inner.map(part => this.#regex(part)),
      ...(anchoredEnd ? [] : [ANY_TEXT]),
    );
    return aheads.length === 0 ? regex : all(...aheads, regex);
  }

  #regex(part: Parsed): Regex {
    if (part.kind === 'ahead') throw new RegexError('lookahead is supported at the beginning only, behind ^');
    if (part.kind !== 'start' && part.kind !== 'end') return part;
    throw new RegexError('anchors are supported at the ends of the pattern only');
  }

  #alternatives(): Parsed[][] {
    const found: Parsed[][] = [];
    do found.push(this.#sequence());
    while (this.#take('|'));
    return found;
  }

  #sequence(): Parsed[] {
    const parts: Parsed[] = [];
    while (this.#at < this.#characters.length && this.#peek() !== '|' && this.#peek() !== ')') {
      parts.push(this.#quantified(this.#atom()));
    }
    return parts;
  }

  #atom(): Parsed {
    const character = this.#next();
    switch (character) {
      case '^':
        return { kind: 'start' };
      case '$':
        return { kind: 'end' };
      case '.':
        return set(NO_LINE_END);
      case '(':
        return this.#group();
      case '[':
        return set(this.#class());
      case '\\':
        return set(this.#escape());
      default:
        return set(characters(character));
    }
  }

  #quantified(atom: Parsed): Parsed {
    const quantifier = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/.exec(this.#characters.slice(this.#at, this.#at + 24).join(''));
    if (!quantifier) return atom;
    this.#at += quantifier[0].length;
    this.#take('?'); // a lazy one matches the same texts
    const [sign = '', low = '', comma, high] = quantifier;
    const counts: Record<string, [number, number]> = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] };
    const upper = high ? Number(high) : comma ? Infinity : Number(low);
    const [min, max] = counts[sign] ?? [Number(low), upper];
    return repeat(this.#regex(atom), min, max);
  }

  #group(): Parsed {
    if (++this.#depth > MAX_DEPTH) throw new RegexError(`groups are supported up to ${MAX_DEPTH} deep`);
    if (this.#take('?')) {
      const sign = this.#peek();
      if (sign === '=' || sign === '!') return this.#ahead();
      const rest = this.#characters.slice(this.#at).join('');
      const opening = /^(?::|<[^=!][^>]*>)/u.exec(rest);
      if (!opening) throw new RegexError('lookbehind is not supported');
      this.#at += Array.from(opening[0]).length;
    }
    const options = this.#alternatives().map(parts => sequence(...parts.map(part => this.#regex(part))));
    this.#take(')');
    this.#depth--;
    return choice(...options);
  }

  /** What follows must, or must not, begin in this way. */
  #ahead(): Parsed {
    const isNegative = this.#next() === '!';
    const options = this.#alternatives().map(parts => {
      const isWhole = parts.at(-1)?.kind === 'end';
      const inner = isWhole ? parts.slice(0, -1) : parts;
      return sequence(...inner.map(part => this.#regex(part)), ...(isWhole ? [] : [ANY_TEXT]));
    });
    this.#take(')');
    this.#depth--;
    return { kind: 'ahead', regex: isNegative ? not(choice(...options)) : choice(...options) };
  }

  #class(): CodePoints {
    const negated = this.#take('^');
    let found: CodePoints = [];
    while (!this.#take(']')) {
      const from = this.#classAtom();
      const last = this.#characters[this.#at + 1];
      if (this.#peek() !== '-' || last === ']') {
        found = union(found, from);
        continue;
      }
      this.#take('-');
      const to = this.#classAtom();
      found = union(found, [[from[0]?.[0] ?? 0, to[0]?.[0] ?? 0]]);
    }
    return negated ? complement(found) : intersection(found, EVERY);
  }

  #classAtom(): CodePoints {
    const character = this.#next();
    if (character !== '\\') return characters(character);
    return this.#take('b') ? characters('\b') : this.#escape();
  }

  #escape(): CodePoints {
    const character = this.#next();
    const named = CLASSES[character];
    if (named) return named;
    const control = CONTROLS[character];
    if (control !== undefined) return characters(control);
    if (character === 'x') return this.#hex(2);
    if (character === 'u') return this.#unicode();
    if (character === 'c') return [[codePointOf(this.#peek()) % 32, codePointOf(this.#next()) % 32]];
    if (/[0-9A-Za-z]/.test(character)) throw new RegexError(`\\${character} is not supported`);
    return characters(character);
  }

  #unicode(): CodePoints {
    if (!this.#take('{')) return this.#hex(4);
    const digits = this.#characters.slice(this.#at, this.#characters.indexOf('}', this.#at)).join('');
    this.#at += digits.length + 1;
    return [[Number.parseInt(digits, 16), Number.parseInt(digits, 16)]];
  }

  #hex(digits: number): CodePoints {
    const value = Number.parseInt(this.#characters.slice(this.#at, this.#at + digits).join(''), 16);
    this.#at += digits;
    if (value >= 0xd800 && value <= 0xdfff) throw new RegexError('surrogates are not supported: write \\u{…}');
    return [[value, value]];
  }

  #peek(): string {
    return this.#characters[this.#at] ?? '';
  }

  #next(): string {
    return this.#characters[this.#at++] ?? '';
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }
}
