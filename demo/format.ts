const UNITS = ['B', 'kB', 'MB', 'GB'];

/** 379168 → "379 kB"; decimal units, as file managers and mobile data plans count. */
export function formatBytes(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** power;
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${UNITS[power]}`;
}

/** 3.14159 → "3.1", 42.3 → "42": enough digits to compare by. */
export function formatRate(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0);
}
