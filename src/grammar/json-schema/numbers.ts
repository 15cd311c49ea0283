import * as ebnf from '../ebnf.ts';
import { DIGIT } from './json-text.ts';
import { collect, type Node, readNumber } from './node.ts';

/** Digits of a whole number, and of a fraction: bounded, or a model could go on with them for ever. */
const MAX_WHOLE = 20;
const MAX_FRACTION = 17;
/** Decimal digits that a double always keeps apart. */
const EXACT_DIGITS = 15;

const LARGEST = 10n ** BigInt(MAX_WHOLE) - 1n;
const MINUS = ebnf.literal('-');

/** The end of an interval. */
interface Limit {
  readonly value: number;
  readonly inclusive: boolean;
}

/** Numbers within the nodes' limits; `undefined` when there are none. */
export function numberValue(nodes: readonly Node[], isInteger: boolean): string | undefined {
  const low = strictest(nodes, 'minimum', 'exclusiveMinimum', (a, b) => a > b);
  const high = strictest(nodes, 'maximum', 'exclusiveMaximum', (a, b) => a < b);
  if (isInteger) return integers(low, high);
  return low || high ? decimals(low, high) : anyNumber();
}

function strictest(
  nodes: readonly Node[],
  inclusive: string,
  exclusive: string,
  isStricter: (a: number, b: number) => boolean,
): Limit | undefined {
  const limits = [
    ...collect(nodes, readNumber, exclusive).map(({ value }) => ({ value, inclusive: false })),
    ...collect(nodes, readNumber, inclusive).map(({ value }) => ({ value, inclusive: true })),
  ];
  const [first, ...others] = limits;
  return first && others.reduce((best, limit) => (isStricter(limit.value, best.value) ? limit : best), first);
}

function anyNumber(): string {
  const fraction = ebnf.sequence(ebnf.literal('.'), ebnf.repeat(DIGIT, 1, MAX_FRACTION));
  // One digit before the point, as numbers with exponents are written, and no exponent that overflows a double.
  const exponent = ebnf.sequence('[eE]', '[-+]?', '[0-2]?', ebnf.repeat(DIGIT, 1, 2));
  const scientific = ebnf.sequence(DIGIT, ebnf.repeat(fraction, 0, 1), exponent);
  return ebnf.sequence(
    ebnf.repeat(MINUS, 0, 1),
    ebnf.choice([ebnf.sequence(whole(0n, LARGEST), ebnf.repeat(fraction, 0, 1)), scientific]),
  );
}

function integers(low: Limit | undefined, high: Limit | undefined): string | undefined {
  const from = low ? BigInt(low.inclusive ? Math.ceil(low.value) : Math.floor(low.value) + 1) : -LARGEST;
  const to = high ? BigInt(high.inclusive ? Math.floor(high.value) : Math.ceil(high.value) - 1) : LARGEST;
  const options = [];
  if (to >= 0n && from <= to) options.push(whole(from > 0n ? from : 0n, to));
  if (from < 0n && from <= to) options.push(ebnf.sequence(MINUS, whole(to < 0n ? -to : 1n, -from)));
  return options.length === 0 ? undefined : ebnf.choice(options);
}

/** Whole numbers from `low` to `high`, neither negative. */
function whole(low: bigint, high: bigint): string {
  const options: string[] = [];
  for (let length = String(low).length; length <= String(high).length; length++) {
    const smallest = length === 1 ? 0n : 10n ** BigInt(length - 1);
    const largest = 10n ** BigInt(length) - 1n;
    options.push(...equallyLong(String(low > smallest ? low : smallest), String(high < largest ? high : largest)));
  }
  return ebnf.choice(options);
}

/** Digit strings from `low` to `high`, which are equally long. */
function equallyLong(low: string, high: string): string[] {
  const [first = '', last = ''] = [low[0], high[0]];
  const rest = low.length - 1;
  if (low === high) return [ebnf.literal(low)];
  if (/^.0*$/.test(low) && /^.9*$/.test(high))
    return [ebnf.sequence(digits(first, last), ebnf.repeat(DIGIT, rest, rest))];
  if (first === last) {
    return [ebnf.sequence(ebnf.literal(first), ebnf.choice(equallyLong(low.slice(1), high.slice(1))))];
  }
  const [lowest, highest] = [first + '9'.repeat(rest), last + '0'.repeat(rest)];
  const between = Number(last) - Number(first) > 1;
  const middle = [`${Number(first) + 1}${'0'.repeat(rest)}`, `${Number(last) - 1}${'9'.repeat(rest)}`] as const;
  return [...equallyLong(low, lowest), ...(between ? equallyLong(...middle) : []), ...equallyLong(highest, high)];
}

function digits(low: string, high: string): string {
  return low === high ? ebnf.literal(low) : `[${low}-${high}]`;
}

/** A limit that is not negative, as decimal digits. */
interface DecimalLimit {
  readonly whole: bigint;
  readonly fraction: string;
  readonly inclusive: boolean;
}

function decimals(low: Limit | undefined, high: Limit | undefined): string | undefined {
  const zero: Limit = { value: 0, inclusive: true };
  const options: (string | undefined)[] = [];
  if (!high || high.value >= 0) {
    options.push(magnitudes(low && low.value >= 0 ? low : zero, high));
  }
  if (!low || low.value < 0) {
    const negated = magnitudes(
      high && high.value <= 0 ? { ...high, value: -high.value } : zero,
      low && { ...low, value: -low.value },
    );
    options.push(negated && ebnf.sequence(MINUS, negated));
  }
  const possible = options.filter(option => option !== undefined);
  return possible.length === 0 ? undefined : ebnf.choice(possible);
}

/** Numbers without a sign from `low` to `high`. */
function magnitudes(low: Limit, high: Limit | undefined): string | undefined {
  if (high && high.value < low.value) return undefined;
  const from = toDecimal(low);
  const to = high && toDecimal(high);
  const room = Math.min(roomOf(from), to ? roomOf(to) : MAX_FRACTION);
  const free = fraction(undefined, undefined, room);
  const join = (start: string, rest: string | undefined) =>
    rest === undefined ? undefined : ebnf.sequence(start, rest);
  const options: (string | undefined)[] = [];
  if (to && from.whole === to.whole) options.push(join(ebnf.literal(String(from.whole)), fraction(from, to, room)));
  else {
    options.push(join(ebnf.literal(String(from.whole)), fraction(from, undefined, room)));
    const last = to ? to.whole - 1n : from.whole > LARGEST ? from.whole : LARGEST;
    if (last > from.whole) options.push(join(whole(from.whole + 1n, last), free));
    if (to) options.push(join(ebnf.literal(String(to.whole)), fraction(undefined, to, room)));
  }
  const possible = options.filter(option => option !== undefined);
  return possible.length === 0 ? undefined : ebnf.choice(possible);
}

/** Fraction digits that keep a number from being rounded to a limit that it must not reach. */
function roomOf({ whole, fraction, inclusive }: DecimalLimit): number {
  if (inclusive) return MAX_FRACTION;
  return Math.max(fraction.length, EXACT_DIGITS - String(whole).length);
}

function toDecimal({ value, inclusive }: Limit): DecimalLimit {
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  const all = mantissa.replace('.', '');
  const point = Number(exponent) + 1;
  const padded = point <= 0 ? '0'.repeat(1 - point) + all : all.padEnd(point, '0');
  const split = Math.max(1, point);
  return { whole: BigInt(padded.slice(0, split)), fraction: padded.slice(split), inclusive };
}

/** A fraction, the point included, between those of two limits whose whole part is the number's own. */
function fraction(low: DecimalLimit | undefined, high: DecimalLimit | undefined, room: number): string | undefined {
  const { empty, some } = fractionDigits(low, high, room);
  const pointed = some === undefined ? undefined : ebnf.sequence(ebnf.literal('.'), some);
  if (pointed === undefined) return empty ? ebnf.EMPTY : undefined;
  return empty ? ebnf.repeat(pointed, 0, 1) : pointed;
}

const anyDigits = (room: number) => ebnf.repeat(DIGIT, 1, room);

function nonzeroDigits(room: number): string {
  const most = Math.ceil(room / 2);
  return ebnf.sequence(ebnf.repeat('"0"', 0, room - most), '[1-9]', ebnf.repeat(DIGIT, 0, most - 1));
}

/** Whether the digits may end here, and how they may go on. */
function fractionDigits(
  low: DecimalLimit | undefined,
  high: DecimalLimit | undefined,
  room: number,
): { empty: boolean; some: string | undefined } {
  const isZero = (limit: DecimalLimit) => /^0*$/.test(limit.fraction);
  const empty = (!low || (low.inclusive && isZero(low))) && (!high || high.inclusive || !isZero(high));
  if (room === 0 || high?.fraction === '') return { empty, some: undefined };
  if (low?.fraction === '' && !high) return { empty, some: low.inclusive ? anyDigits(room) : nonzeroDigits(room) };
  const options: string[] = [];
  let free = '';
  for (const digit of '0123456789') {
    const [least, most] = [low ? (low.fraction[0] ?? '0') : '0', high ? (high.fraction[0] ?? '0') : '9'];
    if (digit < least || digit > most) continue;
    const rest = (limit: DecimalLimit) => ({ ...limit, fraction: limit.fraction.slice(1) });
    const nextLow = low && digit === least ? rest(low) : undefined;
    const nextHigh = high && digit === most ? rest(high) : undefined;
    if (!nextLow && !nextHigh) {
      free += digit;
      continue;
    }
    const then = fractionDigits(nextLow, nextHigh, room - 1);
    if (then.some !== undefined) {
      options.push(ebnf.sequence(ebnf.literal(digit), then.empty ? ebnf.repeat(then.some, 0, 1) : then.some));
    } else if (then.empty) options.push(ebnf.literal(digit));
  }
  if (free !== '') options.push(ebnf.sequence(`[${free}]`, ebnf.repeat(DIGIT, 0, room - 1)));
  return { empty, some: options.length === 0 ? undefined : ebnf.choice(options) };
}
