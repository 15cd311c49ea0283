import { isMultiple } from './decimal.ts';
import { canonical, listedValues } from './disjoint.ts';
import { FORMATS } from './formats.ts';
import type { Type } from './keywords.ts';
import { type Branch, collect, countLimits, excluded, type Node, readNumber, readString } from './node.ts';
import { schemaError } from './schema-error.ts';
import { isIntegerOnly, typesOf } from './types.ts';

/** Keywords that look into arrays and objects; beside a constant of theirs they are not evaluated. */
const STRUCTURAL =
  /^(properties|required|additionalProperties|patternProperties|propertyNames|items|prefixItems|(min|max)(Items|Properties))$/;

/** The values that must not be. */
export function excludedValues(nodes: readonly Node[]): unknown[] {
  return listedValues(excluded(nodes)).flatMap(({ value }) => value);
}

/** @throws RequestError where a list or an object is excluded among others */
export function refuseExcluded(type: Type, branch: Branch): void {
  if (type !== 'array' && type !== 'object') return;
  const found = listedValues(excluded(branch)).find(({ value }) => value.some(other => typeOf(other) === type));
  if (found) throw schemaError('lists and objects cannot be excluded by their values.', found.path);
}

/**
 * The values that `const` and `enum` leave, among those that fit the branch otherwise; `undefined` when it has neither.
 */
export function constantsOf(branch: Branch, strict: boolean): unknown[] | undefined {
  const [first, ...others] = listedValues(branch);
  if (!first) return undefined;
  const fitting = first.value.filter(value => others.every(list => includes(list.value, value)) && fits(value, branch));
  const nested = fitting.some(value => typeof value === 'object' && value !== null);
  if (strict && nested && branch.some(hasStructure)) {
    throw schemaError('constants cannot be enforced together with keywords for their parts.', first.path);
  }
  return fitting;
}

function includes(values: readonly unknown[], value: unknown): boolean {
  return values.some(other => canonical(other) === canonical(value));
}

function hasStructure({ schema }: Node): boolean {
  return Object.keys(schema).some(keyword => STRUCTURAL.test(keyword));
}

function fits(value: unknown, branch: Branch): boolean {
  if (!typesOf(branch).includes(typeOf(value))) return false;
  if (
    excluded(branch).some(
      node => listedValues([node]).every(({ value: list }) => includes(list, value)) && fits(value, [node]),
    )
  )
    return false;
  if (typeof value === 'number') return fitsNumber(value, branch);
  return typeof value !== 'string' || fitsString(value, branch);
}

function typeOf(value: unknown): Type {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return typeof value as Type;
  return 'object';
}

function fitsNumber(value: number, branch: Branch): boolean {
  const all = (keyword: string, holds: (limit: number) => boolean) =>
    collect(branch, readNumber, keyword).every(({ value: limit }) => holds(limit));
  return (
    all('multipleOf', divisor => divisor > 0 && isMultiple(value, divisor)) &&
    (Number.isInteger(value) || !isIntegerOnly(branch)) &&
    all('minimum', limit => value >= limit) &&
    all('maximum', limit => value <= limit) &&
    all('exclusiveMinimum', limit => value > limit) &&
    all('exclusiveMaximum', limit => value < limit)
  );
}

function fitsString(value: string, branch: Branch): boolean {
  const { min, max } = countLimits(branch, 'minLength', 'maxLength');
  const length = Array.from(value).length;
  const patterns = collect(branch, readString, 'pattern').map(({ value: pattern }) => pattern);
  const formats = collect(branch, readString, 'format').flatMap(({ value: format }) => FORMATS.get(format) ?? []);
  const matches = (pattern: string) => new RegExp(pattern, 'u').test(value);
  return length >= min && length <= max && [...patterns, ...formats.map(format => `^(?:${format})$`)].every(matches);
}
