/** What does not fit a schema, for `not`, `if` and `oneOf`. */
import { FORMATS } from './formats.ts';
import { TYPES, type Type } from './keywords.ts';
import {
  type Branch,
  join,
  type Node,
  readAny,
  readArray,
  readCount,
  readNumber,
  readRecord,
  readSchema,
  readSchemas,
  readString,
  readStrings,
} from './node.ts';
import { schemaError } from './schema-error.ts';
import { namesOf } from './types.ts';

/** What is against a keyword: it holds for values of one type, and says how they break it. */
type Refute = (node: Node, keyword: string) => Branch[];

/**
 * The alternatives for a value that breaks one of a schema's keywords, but for those that apply others to the same value.
 *
 * @throws RequestError for a keyword that cannot be turned around
 */
export function refutations(node: Node): Branch[] {
  const { schema, isExcluded } = node;
  if (typeof schema === 'boolean') return schema ? [] : [[]];
  if (isExcluded) return [[{ schema, path: node.path }]];
  return Object.keys(schema).flatMap(keyword => {
    const refute = Object.hasOwn(REFUTED, keyword) ? REFUTED[keyword] : undefined;
    return refute?.(node, keyword) ?? [];
  });
}

/** One schema that says how values of a type break a keyword. */
function broken({ path }: Node, type: Type, schema: object): Branch {
  return [{ schema: { type, ...schema }, path }];
}

/** Not what the keyword says, for values of a type. */
function except(node: Node, type: Type | readonly Type[], keyword: string, value: unknown): Branch {
  return [
    { schema: { type }, path: node.path },
    { schema: { [keyword]: value }, path: node.path, isExcluded: true },
  ];
}

const limit =
  (opposite: string): Refute =>
  (node, keyword) => {
    const found = readNumber(node, keyword);
    return found ? [broken(node, 'number', { [opposite]: found.value })] : [];
  };

const count =
  (type: Type, opposite: string, step: 1 | -1): Refute =>
  (node, keyword) => {
    const value = (readCount(node, keyword)?.value ?? 0) + step;
    return value < 0 ? [] : [broken(node, type, { [opposite]: value })];
  };

const exception =
  (type: Type): Refute =>
  (node, keyword) => [except(node, type, keyword, readAny(node, keyword)?.value)];

const items: Refute = (node, keyword) => {
  const found = readAny(node, keyword);
  if (!found || found.value === true) return [];
  if (Array.isArray(found.value)) return prefixItems(node, keyword);
  const first = readSchemas(node, keyword === 'items' ? 'prefixItems' : 'items')?.value.length ?? 0;
  if (found.value === false) return [broken(node, 'array', { minItems: first + 1 })];
  if (first > 0) return irrefutable(node, keyword);
  return [broken(node, 'array', { contains: { not: found.value } })];
};

const prefixItems: Refute = (node, keyword) => {
  return (readArray(node, keyword)?.value ?? []).map((value, index) => {
    return broken(node, 'array', { minItems: index + 1, prefixItems: [...Array(index).fill(true), { not: value }] });
  });
};

const contains: Refute = node => {
  const found = readAny(node, 'contains')?.value;
  const min = readCount(node, 'minContains')?.value ?? 1;
  const max = readCount(node, 'maxContains')?.value;
  const fewer = min === 0 ? [] : [broken(node, 'array', { contains: found, minContains: 0, maxContains: min - 1 })];
  return max === undefined ? fewer : [...fewer, broken(node, 'array', { contains: found, minContains: max + 1 })];
};

const properties: Refute = node => {
  return Object.entries(readRecord(node, 'properties')?.value ?? {}).flatMap(([name, value]) => {
    if (value === true) return [];
    return [
      broken(node, 'object', { required: [name], properties: { [name]: value === false ? true : { not: value } } }),
    ];
  });
};

const additionalProperties: Refute = (node, keyword) => {
  const isAlone = !readAny(node, 'properties') && !readAny(node, 'patternProperties');
  const value = readSchema(node, keyword)?.schema;
  if (value === true) return [];
  return isAlone && value === false ? [broken(node, 'object', { minProperties: 1 })] : irrefutable(node, keyword);
};

const type: Refute = (node, keyword) => {
  const found = readAny(node, keyword);
  const names: readonly (Type | 'integer')[] = found ? namesOf(found) : TYPES;
  const others = TYPES.filter(name => !names.includes(name) && (name !== 'number' || !names.includes('integer')));
  const fractions = names.includes('integer') && !names.includes('number');
  return [
    ...(others.length > 0 ? [[{ schema: { type: others }, path: node.path }]] : []),
    ...(fractions ? [except(node, 'number', 'multipleOf', 1)] : []),
  ];
};

const irrefutable = (node: Node, keyword: string): never => {
  const path = join(node.path, keyword);
  throw schemaError(`${keyword} cannot be enforced within not, if, or schemas of a oneOf that overlap.`, path);
};

const REFUTED: Readonly<Record<string, Refute>> = {
  type,
  const: (node, keyword) => [except(node, TYPES, keyword, readAny(node, keyword)?.value)],
  enum: (node, keyword) => [except(node, TYPES, keyword, readArray(node, keyword)?.value)],
  minimum: limit('exclusiveMaximum'),
  maximum: limit('exclusiveMinimum'),
  exclusiveMinimum: limit('maximum'),
  exclusiveMaximum: limit('minimum'),
  multipleOf: exception('number'),
  minLength: count('string', 'maxLength', -1),
  maxLength: count('string', 'minLength', 1),
  pattern: exception('string'),
  format: node => (FORMATS.has(readString(node, 'format')?.value ?? '') ? exception('string')(node, 'format') : []),
  minItems: count('array', 'maxItems', -1),
  maxItems: count('array', 'minItems', 1),
  items,
  prefixItems,
  additionalItems: (node, keyword) => (Array.isArray(readAny(node, 'items')?.value) ? items(node, keyword) : []),
  contains,
  uniqueItems: (node, keyword) => (readAny(node, keyword)?.value === true ? irrefutable(node, keyword) : []),
  minProperties: count('object', 'maxProperties', -1),
  maxProperties: count('object', 'minProperties', 1),
  required: node =>
    (readStrings(node, 'required')?.value ?? []).map(name => broken(node, 'object', { properties: { [name]: false } })),
  properties,
  additionalProperties,
  patternProperties: irrefutable,
  propertyNames: irrefutable,
  unevaluatedProperties: irrefutable,
  unevaluatedItems: irrefutable,
};
