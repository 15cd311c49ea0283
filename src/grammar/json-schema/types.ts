import { TYPES, type Type } from './keywords.ts';
import { collect, type Found, isRecord, join, type Node, readAny } from './node.ts';
import { schemaError } from './schema-error.ts';

/** The types that the nodes leave; integers are numbers here. */
export function typesOf(nodes: readonly Node[]): Type[] {
  const allowed = collect(nodes, readAny, 'type').map(namesOf);
  const forbidden = collect(nodes, readAny, 'not').flatMap(found => forbiddenTypes(found) ?? []);
  return TYPES.filter(type => {
    if (forbidden.includes(type)) return false;
    return allowed.every(names => names.includes(type) || (type === 'number' && names.includes('integer')));
  });
}

/**
 * The types that a `not` takes away, if that is all it does: `{not: {type: 'null'}}`, or `{not: {}}`, which is how Zod
 * writes `never`.
 */
export function forbiddenTypes({ value, path }: Found<unknown>): readonly unknown[] | undefined {
  if (value === false) return [];
  if (value === true) return TYPES;
  if (!isRecord(value)) return undefined;
  const { type, ...others } = value;
  if (Object.keys(others).length > 0) return undefined;
  const names: readonly unknown[] = type === undefined ? TYPES : namesOf({ value: type, path: join(path, 'type') });
  return names.includes('integer') && !names.includes('number') ? undefined : names;
}

/** Whether the only numbers that the nodes leave are integers. */
export function isIntegerOnly(nodes: readonly Node[]): boolean {
  const allowed = collect(nodes, readAny, 'type').map(namesOf);
  return allowed.some(names => names.includes('integer') && !names.includes('number'));
}

function namesOf({ value, path }: Found<unknown>): unknown[] {
  const names: unknown[] = Array.isArray(value) ? value : [value];
  if (names.every(name => name === 'integer' || TYPES.some(type => type === name))) return names;
  throw schemaError(`type must be of ${TYPES.join(', ')} and integer.`, path);
}
