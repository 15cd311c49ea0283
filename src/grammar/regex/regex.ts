import type { CodePoints } from '../code-points.ts';
import { characters, EVERY } from '../code-points.ts';

/** A regular expression that matches whole texts. */
export type Regex =
  | { readonly kind: 'set'; readonly set: CodePoints }
  | { readonly kind: 'sequence'; readonly parts: readonly Regex[] }
  | { readonly kind: 'choice'; readonly options: readonly Regex[] }
  | { readonly kind: 'repeat'; readonly part: Regex; readonly min: number; readonly max: number }
  /** Matches what all of them match. */
  | { readonly kind: 'all'; readonly parts: readonly Regex[] }
  | { readonly kind: 'not'; readonly part: Regex }
  | { readonly kind: 'automaton'; readonly start: Automaton; readonly sets: readonly CodePoints[] };

/** A state of an automaton. */
export interface Automaton {
  /** The same for the same state, and for no state of another automaton. */
  readonly key: string;
  readonly isEnd: boolean;
  /** `undefined` where the character leads nowhere. */
  readonly after: (codePoint: number) => Automaton | undefined;
}

export const set = (codePoints: CodePoints): Regex => ({ kind: 'set', set: codePoints });
export const sequence = (...parts: readonly Regex[]): Regex => ({ kind: 'sequence', parts });
export const choice = (...options: readonly Regex[]): Regex => ({ kind: 'choice', options });
export const repeat = (part: Regex, min: number, max: number): Regex => ({ kind: 'repeat', part, min, max });

export const all = (...parts: readonly Regex[]): Regex => ({ kind: 'all', parts });
export const not = (part: Regex): Regex => ({ kind: 'not', part });
/** @param sets within which all characters lead to the same state */
export const automaton = (start: Automaton, sets: readonly CodePoints[]): Regex => ({ kind: 'automaton', start, sets });

export const optional = (part: Regex): Regex => repeat(part, 0, 1);
/** Matches this text alone. */
export const text = (written: string): Regex =>
  sequence(...Array.from(written, character => set(characters(character))));
/** Matches the empty text alone, and no text at all. */
export const EMPTY = sequence();
export const NOTHING = choice();

/** Matches any text. */
export const ANY_TEXT = repeat(set(EVERY), 0, Number.POSITIVE_INFINITY);

/** Matches all that the expression does, and any number where it counts beyond `few`. */
export function uncounted(regex: Regex, few: number): Regex {
  switch (regex.kind) {
    case 'set':
    case 'not': // what a complement leaves out must not grow
    case 'automaton':
      return regex;
    case 'sequence':
    case 'all':
      return { ...regex, parts: regex.parts.map(part => uncounted(part, few)) };
    case 'choice':
      return choice(...regex.options.map(option => uncounted(option, few)));
    case 'repeat': {
      const part = uncounted(regex.part, few);
      if (regex.min <= few && (regex.max <= few || regex.max === Number.POSITIVE_INFINITY)) return { ...regex, part };
      return repeat(part, Math.min(regex.min, 1), Number.POSITIVE_INFINITY);
    }
  }
}

/** Limits of the number of code points in a text that it matches. */
export function lengths(regex: Regex): { min: number; max: number } {
  switch (regex.kind) {
    case 'set':
      return { min: 1, max: 1 };
    case 'sequence':
      return regex.parts
        .map(lengths)
        .reduce((a, b) => ({ min: a.min + b.min, max: a.max + b.max }), { min: 0, max: 0 });
    case 'choice': {
      const options = regex.options.map(lengths);
      return { min: Math.min(...options.map(({ min }) => min)), max: Math.max(...options.map(({ max }) => max)) };
    }
    case 'all':
    case 'not':
    case 'automaton':
      return { min: 0, max: Number.POSITIVE_INFINITY };
    case 'repeat': {
      const { min, max } = lengths(regex.part);
      return { min: min * regex.min, max: max === 0 || regex.max === 0 ? 0 : max * regex.max };
    }
  }
}
