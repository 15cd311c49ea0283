/** Python's `strftime`, as chat templates use it to write today's date; English, in local time. */
export function strftime(date: Date, format: string): string {
  return format.replace(/%([a-zA-Z%])/g, (directive, letter: string) => FIELDS[letter]?.(date) ?? directive);
}

const two = (value: number) => String(value).padStart(2, '0');
const english = (options: Intl.DateTimeFormatOptions) => {
  const format = new Intl.DateTimeFormat('en-US', options);
  return (date: Date) => format.format(date);
};

const FIELDS: Record<string, (date: Date) => string> = {
  '%': () => '%',
  Y: date => String(date.getFullYear()),
  y: date => two(date.getFullYear() % 100),
  m: date => two(date.getMonth() + 1),
  d: date => two(date.getDate()),
  B: english({ month: 'long' }),
  b: english({ month: 'short' }),
  A: english({ weekday: 'long' }),
  a: english({ weekday: 'short' }),
  H: date => two(date.getHours()),
  I: date => two(date.getHours() % 12 || 12),
  p: date => (date.getHours() < 12 ? 'AM' : 'PM'),
  M: date => two(date.getMinutes()),
  S: date => two(date.getSeconds()),
};
