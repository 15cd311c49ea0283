import { canonical } from './disjoint.ts';
import { FORMATS } from './formats.ts';
import type { Type } from './keywords.ts';
import { type Branch, collect, countLimits, type Node, readAny, readArray, readNumber, readString } from './node.ts';
import { schemaError } from './schema-error.ts';
import { isIntegerOnly, typesOf } from './types.ts';

/** Keywords that look into arrays and objects; beside a constant of theirs they are not evaluated. */
const STRUCTURAL =
  /^(properties|required|additionalProperties|patternProperties|propertyNames|items|prefixItems|(min|max)(Items|Properties))$/;

/**
 * The values that `const` and `enum` leave, among those that fit the branch otherwise; `undefined` when it has neither.
 */
export function constantsOf(branch: Branch, strict: boolean): unknown[] | undefined {
  const lists = [
    ...collect(branch, readAny, 'const').map(({ value, path }) => ({ values: [value], path })),
    ...collect(branch, readArray, 'enum').map(({ value, path }) => ({ values: value, path })),
  ];
  const [first, ...others] = lists;
  if (!first) return undefined;
  const fitting = first.values.filter(value => {
    return (
      others.every(({ values }) => values.some(other => canonical(other) === canonical(value))) && fits(value, branch)
    );
  });
  const nested = fitting.some(value => typeof value === 'object' && value !== null);
  if (strict && nested && branch.some(hasStructure)) {
    throw schemaError('constants cannot be enforced together with keywords for their parts.', first.path);
  }
  return fitting;
}

function hasStructure({ schema }: Node): boolean {
  return Object.keys(schema).some(keyword => STRUCTURAL.test(keyword));
}

function fits(value: unknown, branch: Branch): boolean {
  if (!typesOf(branch).includes(typeOf(value))) return false;
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
