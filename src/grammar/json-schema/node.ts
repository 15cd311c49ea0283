import { schemaError } from './schema-error.ts';

/** A schema with its place in the document. */
export interface Node {
  readonly schema: boolean | Readonly<Record<string, unknown>>;
  readonly path: string;
  /** A value must not fit it: one keyword that looks at no more than a scalar. Others are turned around (negation.ts). */
  readonly isExcluded?: boolean;
  /** What it speaks of is not evaluated for that. */
  readonly isSilent?: boolean;
}

/** Schemas that a value must fit all of; nothing that leads to other schemas for the same value is left to look at. */
export type Branch = readonly Node[];

/** Makes the rule of a value that fits all of the nodes, and gives its name; `undefined` when no value does. */
export type ToRule = (nodes: readonly Node[]) => string | undefined;

/** A keyword's value with its place. */
export interface Found<Value> {
  readonly value: Value;
  readonly path: string;
}

export function toNode(value: unknown, path: string): Node {
  if (typeof value === 'boolean' || isRecord(value)) return { schema: value, path };
  throw schemaError('a schema is an object or a boolean.', path);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `properties` and `x` as `properties.x`, an index as `[0]`. */
export function join(path: string, ...keys: readonly (string | number)[]): string {
  return keys.reduce<string>((whole, key) => {
    if (typeof key === 'number') return `${whole}[${key}]`;
    return whole === '' ? key : `${whole}.${key}`;
  }, path);
}

/** The keyword's value, checked. */
function read<Value>(node: Node, keyword: string, is: (value: unknown) => value is Value, what: string) {
  if (typeof node.schema === 'boolean' || node.isExcluded) return undefined;
  const value = Object.hasOwn(node.schema, keyword) ? node.schema[keyword] : undefined;
  if (value === undefined) return undefined;
  const path = join(node.path, keyword);
  if (!is(value)) throw schemaError(`${keyword} must be ${what}.`, path);
  return { value, path };
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isCount = (value: unknown): value is number => Number.isInteger(value) && isNumber(value) && value >= 0;
const isString = (value: unknown): value is string => typeof value === 'string';
const isArray = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isStrings = (value: unknown): value is readonly string[] => isArray(value) && value.every(isString);
const isPresent = (value: unknown): value is unknown => value !== undefined;

export const readNumber = (node: Node, keyword: string) => read(node, keyword, isNumber, 'a number');
export const readCount = (node: Node, keyword: string) => read(node, keyword, isCount, 'a whole number from 0');
export const readString = (node: Node, keyword: string) => read(node, keyword, isString, 'a string');
export const readStrings = (node: Node, keyword: string) => read(node, keyword, isStrings, 'an array of strings');
export const readArray = (node: Node, keyword: string) => read(node, keyword, isArray, 'an array');
export const readRecord = (node: Node, keyword: string) => read(node, keyword, isRecord, 'an object');
export const readAny = (node: Node, keyword: string) => read(node, keyword, isPresent, 'a value');

/** The schema under a keyword. */
export function readSchema(node: Node, keyword: string): Node | undefined {
  const found = readAny(node, keyword);
  return found && toNode(found.value, found.path);
}

/** The schemas listed under a keyword. */
export function readSchemas(node: Node, keyword: string): Found<Node[]> | undefined {
  const found = readArray(node, keyword);
  if (!found) return undefined;
  return { value: found.value.map((schema, index) => toNode(schema, join(found.path, index))), path: found.path };
}

/** What each node has under the keyword. */
export function collect<Value>(
  nodes: readonly Node[],
  reader: (node: Node, keyword: string) => Value | undefined,
  keyword: string,
): Value[] {
  return nodes.flatMap(node => reader(node, keyword) ?? []);
}

/** The largest of the nodes' lower limits and the smallest of their upper ones. */
export function countLimits(nodes: readonly Node[], lower: string, upper: string): { min: number; max: number } {
  return {
    min: Math.max(0, ...collect(nodes, readCount, lower).map(({ value }) => value)),
    max: Math.min(Infinity, ...collect(nodes, readCount, upper).map(({ value }) => value)),
  };
}

/** What a value must not fit, as nodes that can be read. */
export function excluded(nodes: readonly Node[]): Node[] {
  return nodes.filter(({ isExcluded }) => isExcluded).map(({ schema, path }) => ({ schema, path }));
}
