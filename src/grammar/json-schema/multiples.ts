import { type CodePoints, characters } from '../code-points.ts';
import { type Automaton, automaton, type Regex } from '../regex/regex.ts';
import { RegexError } from '../regex/regex-error.ts';
import { toDecimal } from './decimal.ts';

const DIGITS = [...'0123456789'];
const SYMBOLS: readonly CodePoints[] = [...DIGITS, '-', '.'].map(characters);

/** More remainders make no automaton of a size that could be used. */
const MAX_DIVISOR = 2000;

/**
 * The multiples of a number among the numbers in plain notation: as the number is `divisor` / 10ᵏ, by the remainder of their
 * digits up to the k-th of the fraction. Those behind it are zeros.
 *
 * @throws RegexError when there are too many remainders
 */
export function multiplesOf(value: number): Regex {
  const { whole, fraction } = toDecimal(value);
  const divisor = Number(`${whole}${fraction}`);
  if (divisor > MAX_DIVISOR) throw new RegexError(`multiples of ${value} cannot be told by their digits`);
  const division: Division = { divisor, places: fraction.length, classes: classesOf(divisor) };
  return automaton(stateOf(division, 0, undefined), SYMBOLS);
}

interface Division {
  readonly divisor: number;
  /** Digits of the fraction. */
  readonly places: number;
  /** Of each remainder: the same where all digits that may follow lead to a multiple or to none from both. */
  readonly classes: readonly number[];
}

/**
 * Where a number's digits have led.
 *
 * @param place in the fraction; `undefined` before the point
 */
function stateOf(division: Division, remainder: number, place: number | undefined): Automaton {
  const { divisor, places, classes } = division;
  return {
    key: `${divisor}/${places}:${classes[remainder]}.${place}`,
    isEnd: appended(remainder, '0'.repeat(places - (place ?? 0)), divisor) === 0,
    after: codePoint => {
      const character = String.fromCodePoint(codePoint);
      if (character === '-') return stateOf(division, remainder, place);
      if (character === '.') return stateOf(division, remainder, 0);
      if (!DIGITS.includes(character)) return undefined;
      if (place === places) return character === '0' && remainder === 0 ? stateOf(division, 0, place) : undefined;
      return stateOf(division, appended(remainder, character, divisor), place === undefined ? place : place + 1);
    },
  };
}

/** The remainder of a number with more digits. */
function appended(remainder: number, digits: string, divisor: number): number {
  return [...digits].reduce((rest, digit) => (rest * 10 + Number(digit)) % divisor, remainder);
}

/** Moore's: classes are parted until none has members that a digit leads to different classes from. */
function classesOf(divisor: number): number[] {
  let classes = Array.from({ length: divisor }, (_, remainder) => Math.sign(remainder));
  for (let size = 0; size < new Set(classes).size; ) {
    size = new Set(classes).size;
    const numbers = new Map<string, number>();
    const parted = classes.map((own, remainder) => {
      const signature = [own, ...DIGITS.map(digit => classes[appended(remainder, digit, divisor)])].join();
      if (!numbers.has(signature)) numbers.set(signature, numbers.size);
      return numbers.get(signature) ?? 0;
    });
    classes = parted;
  }
  return classes;
}
