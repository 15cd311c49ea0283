/** The texts of numbers between limits, as regular expressions. */
import { characters, EVERY, range } from '../code-points.ts';
import { FEW } from '../ebnf.ts';
import { choice, EMPTY, NOTHING, optional, type Regex, repeat, sequence, set, text } from '../regex/regex.ts';
import { type Decimal, toDecimal } from './decimal.ts';

/** Digits of a whole number, and of a fraction, in plain notation: as many as `JSON.stringify` writes there. */
const MAX_WHOLE = 21;
const MAX_FRACTION = 22;
/** Decimal digits that a double always keeps apart. */
const EXACT_DIGITS = 15;

/** No longer than that, with sign and point: otherwise a double may be a multiple where its digits are not. */
export const EXACT = repeat(set(EVERY), 1, EXACT_DIGITS + 2);

const LARGEST = 10n ** BigInt(MAX_WHOLE) - 1n;
const MINUS = text('-');
const POINT = text('.');
const ZERO = text('0');
const DIGIT = set(range('0', '9'));
const NONZERO = set(range('1', '9'));

/** Some digits. In parts, or there would be counts that masks are made without. */
function digits(min: number, max: number): Regex {
  if (max <= FEW) return repeat(DIGIT, min, max);
  const start = Math.min(min, FEW);
  return sequence(repeat(DIGIT, start, FEW), digits(min - start, max - FEW));
}

/** Numbers with an exponent, as `JSON.stringify` writes what is 1e21 or larger, and what is smaller than 1e-6 and above zero. */
const MANTISSA = sequence(NONZERO, optional(sequence(POINT, digits(1, 16))));
const LONG_EXPONENT = choice(sequence(set(range('1', '2')), DIGIT, DIGIT), sequence(text('30'), set(range('0', '7'))));
const HUGE = choice(
  sequence(
    ...[MANTISSA, text('e+')],
    choice(sequence(text('2'), NONZERO), sequence(set(range('3', '9')), DIGIT), LONG_EXPONENT),
  ),
  text('1e+308'),
);
const TINY = sequence(...[MANTISSA, text('e-')], choice(set(range('7', '9')), sequence(NONZERO, DIGIT), LONG_EXPONENT));
export const WITH_EXPONENT = sequence(optional(MINUS), choice(HUGE, TINY));
const FROM_HUGE = 1e21;
const TO_TINY = 1e-6;

/** The end of an interval. */
export interface Limit {
  readonly value: number;
  readonly inclusive: boolean;
}

export function anyNumber(): Regex {
  const fraction = sequence(POINT, digits(1, MAX_FRACTION));
  // One digit before the point, as numbers with exponents are written, and no exponent that overflows a double.
  const exponent = sequence(
    ...[set(characters('eE')), optional(set(characters('-+')))],
    ...[optional(set(range('0', '2'))), repeat(DIGIT, 1, 2)],
  );
  const scientific = sequence(DIGIT, optional(fraction), exponent);
  return sequence(optional(MINUS), choice(sequence(whole(0n, LARGEST), optional(fraction)), scientific, HUGE, TINY));
}

/** The ways to write a number; with exponents those of all that have one, because two of them may be equal. */
export function spellings(value: number): Regex {
  const { whole, fraction } = toDecimal(Math.abs(value));
  const digitsOf = fraction === '' ? text(`${whole}`) : text(`${whole}.${fraction}`);
  const zeros =
    fraction === ''
      ? optional(sequence(POINT, repeat(ZERO, 1, Number.POSITIVE_INFINITY)))
      : repeat(ZERO, 0, Number.POSITIVE_INFINITY);
  const sign = value < 0 ? MINUS : value === 0 ? optional(MINUS) : EMPTY;
  const plain = sequence(sign, digitsOf, zeros);
  const isPlain = value === 0 || (Math.abs(value) < FROM_HUGE && Math.abs(value) >= TO_TINY);
  return isPlain ? plain : choice(plain, WITH_EXPONENT);
}

export function integers(low: Limit | undefined, high: Limit | undefined): Regex {
  const from = low ? BigInt(low.inclusive ? Math.ceil(low.value) : Math.floor(low.value) + 1) : -LARGEST;
  const to = high ? BigInt(high.inclusive ? Math.floor(high.value) : Math.ceil(high.value) - 1) : LARGEST;
  return choice(
    whole(from > 0n ? from : 0n, to),
    sequence(MINUS, whole(to < 0n ? -to : 1n, -from)),
    !high && from <= LARGEST ? HUGE : NOTHING,
    !low && to >= -LARGEST ? sequence(MINUS, HUGE) : NOTHING,
  );
}

/** Whole numbers from `low` to `high`, neither negative. */
function whole(low: bigint, high: bigint): Regex {
  if (low > high) return NOTHING;
  if (low === 0n) return choice(ZERO, whole(1n, high));
  const lengths = Array.from({ length: `${high}`.length - `${low}`.length + 1 }, (_, index) => `${low}`.length + index);
  const smallest = (length: number) => 10n ** BigInt(length - 1);
  const isFull = (length: number) => low <= smallest(length) && smallest(length + 1) - 1n <= high;
  const full = lengths.filter(isFull);
  const options = lengths
    .filter(length => !isFull(length))
    .flatMap(length => {
      const [from, to] = [smallest(length), smallest(length + 1) - 1n];
      return equallyLong(`${low > from ? low : from}`, `${high < to ? high : to}`);
    });
  const [shortest, longest] = [full[0], full.at(-1)];
  if (shortest === undefined || longest === undefined) return choice(...options);
  return choice(sequence(NONZERO, digits(shortest - 1, longest - 1)), ...options);
}

/** Digit strings from `low` to `high`, which are equally long. */
function equallyLong(low: string, high: string): Regex[] {
  const [first = '', last = ''] = [low[0], high[0]];
  const rest = low.length - 1;
  if (low === high) return [text(low)];
  if (/^.0*$/.test(low) && /^.9*$/.test(high)) return [sequence(set(range(first, last)), digits(rest, rest))];
  if (first === last) return [sequence(text(first), choice(...equallyLong(low.slice(1), high.slice(1))))];
  const [lowest, highest] = [first + '9'.repeat(rest), last + '0'.repeat(rest)];
  const between = Number(last) - Number(first) > 1;
  const middle = [`${Number(first) + 1}${'0'.repeat(rest)}`, `${Number(last) - 1}${'9'.repeat(rest)}`] as const;
  return [...equallyLong(low, lowest), ...(between ? equallyLong(...middle) : []), ...equallyLong(highest, high)];
}

/** A limit that is not negative, as decimal digits. */
interface DecimalLimit extends Decimal {
  readonly inclusive: boolean;
}

export function decimals(low: Limit | undefined, high: Limit | undefined): Regex {
  const zero: Limit = { value: 0, inclusive: true };
  const negated = (limit: Limit | undefined) => limit && { ...limit, value: -limit.value };
  return choice(
    !high || high.value >= 0 ? magnitudes(low && low.value >= 0 ? low : zero, high) : NOTHING,
    !low || low.value < 0
      ? sequence(MINUS, magnitudes((high && high.value <= 0 && negated(high)) || zero, negated(low)))
      : NOTHING,
  );
}

/** Numbers without a sign from `low` to `high`. */
function magnitudes(low: Limit, high: Limit | undefined): Regex {
  if (high && high.value < low.value) return NOTHING;
  const [from, to] = [decimalLimit(low), high && decimalLimit(high)];
  const room = Math.min(roomOf(from), to ? roomOf(to) : MAX_FRACTION);
  const start = text(`${from.whole}`);
  if (to && from.whole === to.whole) return sequence(start, fraction(from, to, room));
  const last = to ? to.whole - 1n : LARGEST;
  return choice(
    sequence(start, fraction(from, undefined, room)),
    sequence(whole(from.whole + 1n, last), fraction(undefined, undefined, room)),
    to ? sequence(text(`${to.whole}`), fraction(undefined, to, room)) : NOTHING,
    low.value === 0 && (!high || high.value >= TO_TINY) ? TINY : NOTHING,
    !high && low.value < FROM_HUGE ? HUGE : NOTHING,
  );
}

/** Fraction digits that keep a number from being rounded to a limit that it must not reach. */
function roomOf({ whole, fraction, inclusive }: DecimalLimit): number {
  if (inclusive) return MAX_FRACTION;
  return Math.max(fraction.length, EXACT_DIGITS - `${whole}`.length);
}

function decimalLimit({ value, inclusive }: Limit): DecimalLimit {
  return { ...toDecimal(value), inclusive };
}

/** A fraction, the point included, between those of two limits whose whole part is the number's own. */
function fraction(low: DecimalLimit | undefined, high: DecimalLimit | undefined, room: number): Regex {
  const { empty, some } = fractionDigits(low, high, room);
  return choice(empty ? EMPTY : NOTHING, sequence(POINT, some));
}

function nonzeroDigits(room: number): Regex {
  const most = Math.ceil(room / 2);
  return sequence(repeat(ZERO, 0, room - most), NONZERO, digits(0, most - 1));
}

/** Whether the digits may end here, and how they may go on. */
function fractionDigits(
  low: DecimalLimit | undefined,
  high: DecimalLimit | undefined,
  room: number,
): { empty: boolean; some: Regex } {
  const isZero = (limit: DecimalLimit) => /^0*$/.test(limit.fraction);
  const empty = (!low || (low.inclusive && isZero(low))) && (!high || high.inclusive || !isZero(high));
  if (room === 0 || high?.fraction === '') return { empty, some: NOTHING };
  if (!low && !high) return { empty, some: digits(1, room) };
  if (low?.fraction === '' && !high) return { empty, some: low.inclusive ? digits(1, room) : nonzeroDigits(room) };
  const options: Regex[] = [];
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
    options.push(sequence(text(digit), choice(then.empty ? EMPTY : NOTHING, then.some)));
  }
  if (free !== '') options.push(sequence(set(characters(free)), digits(0, room - 1)));
  return { empty, some: choice(...options) };
}
