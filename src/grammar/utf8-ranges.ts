/** Where UTF-8 takes one byte more; none of these ranges is ASCII or holds a surrogate. */
const LENGTHS = [
  [0x80, 0x7ff],
  [0x800, 0xffff],
  [0x10000, 0x10ffff],
] as const;

const utf8 = new TextEncoder();

/** The code points from `low` to `high`, neither ASCII nor surrogates, as sequences of classes of bytes. */
export function utf8Ranges(low: number, high: number): string[] {
  return LENGTHS.filter(([first, last]) => first <= high && low <= last).flatMap(([first, last]) => {
    return sequences(bytesOf(Math.max(low, first)), bytesOf(Math.min(high, last)));
  });
}

function bytesOf(codePoint: number): number[] {
  return [...utf8.encode(String.fromCodePoint(codePoint))];
}

/** Byte strings from `low` to `high`, which are equally long. */
function sequences(low: readonly number[], high: readonly number[]): string[] {
  const [[first = 0, ...lows], [last = 0, ...highs]] = [low, high];
  if (lows.every(byte => byte === 0x80) && highs.every(byte => byte === 0xbf)) {
    return [[byteRange(first, last), ...lows.map(() => byteRange(0x80, 0xbf))].join(' ')];
  }
  if (first === last) return sequences(lows, highs).map(rest => `${byteRange(first, first)} ${rest}`);
  const [lowest, highest] = [lows.map(() => 0x80), highs.map(() => 0xbf)];
  const between = last - first > 1 ? sequences([first + 1, ...lowest], [last - 1, ...highest]) : [];
  return [...sequences(low, [first, ...highest]), ...between, ...sequences([last, ...lowest], high)];
}

function byteRange(low: number, high: number): string {
  const hex = (byte: number) => `\\u00${byte.toString(16)}`;
  // A class of one is taken for the character of this number (xgrammar 0.1.27); written twice it is the byte.
  return low === high ? `[${hex(low)}${hex(low)}]` : `[${hex(low)}-${hex(high)}]`;
}
