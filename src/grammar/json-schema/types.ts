import { TYPES, type Type } from './keywords.ts';
import { collect, type Found, type Node, readAny } from './node.ts';
import { schemaError } from './schema-error.ts';

/** The types that the nodes leave; integers are numbers here. */
export function typesOf(nodes: readonly Node[]): Type[] {
  const allowed = collect(nodes, readAny, 'type').map(namesOf);
  return TYPES.filter(type => {
    return allowed.every(names => names.includes(type) || (type === 'number' && names.includes('integer')));
  });
}

/** Whether the only numbers that the nodes leave are integers. */
export function isIntegerOnly(nodes: readonly Node[]): boolean {
  const allowed = collect(nodes, readAny, 'type').map(namesOf);
  return allowed.some(names => names.includes('integer') && !names.includes('number'));
}

/** The names under `type`. */
export function namesOf({ value, path }: Found<unknown>): (Type | 'integer')[] {
  const names: unknown[] = Array.isArray(value) ? value : [value];
  const isName = (name: unknown) => name === 'integer' || TYPES.some(type => type === name);
  const known = [...TYPES, 'integer' as const].filter(name => names.includes(name));
  if (names.every(isName)) return known;
  throw schemaError(`type must be of ${TYPES.join(', ')} and integer.`, path);
}
