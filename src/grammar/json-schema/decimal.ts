/** A number that is not negative, as decimal digits; the fraction ends with none that is zero. */
export interface Decimal {
  readonly whole: bigint;
  readonly fraction: string;
}

/** The decimal that a double is written as. */
export function toDecimal(value: number): Decimal {
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  const all = mantissa.replace('.', '');
  const point = Number(exponent) + 1;
  const padded = point <= 0 ? '0'.repeat(1 - point) + all : all.padEnd(point, '0');
  const split = Math.max(1, point);
  return { whole: BigInt(padded.slice(0, split)), fraction: padded.slice(split).replace(/0+$/, '') };
}

/** Whether a number is a multiple of another, by their decimal digits: 0.0075 is one of 0.0001. */
export function isMultiple(value: number, of: number): boolean {
  const [a, b] = [toDecimal(Math.abs(value)), toDecimal(of)];
  const places = Math.max(a.fraction.length, b.fraction.length);
  const scaled = ({ whole, fraction }: Decimal) => BigInt(`${whole}${fraction.padEnd(places, '0')}`);
  return scaled(a) % scaled(b) === 0n;
}
