import { type Branch, collect, type Node, readAny, readArray, readRecord, readStrings, toNode } from './node.ts';
import { schemaError } from './schema-error.ts';
import { typesOf } from './types.ts';

/**
 * `oneOf` is `anyOf` when no value fits two of its schemas: their types differ, or their constants do, or those of a
 * property that both require.
 *
 * @throws RequestError where that is not seen
 */
export function refuseOverlap(options: readonly (readonly Branch[])[], path: string): void {
  for (const [index, option] of options.entries()) {
    for (const other of options.slice(index + 1)) {
      if (option.every(a => other.every(b => areDisjoint(a, b)))) continue;
      throw schemaError('oneOf cannot be enforced where a value may fit two of the schemas; write anyOf.', path);
    }
  }
}

function areDisjoint(a: Branch, b: Branch): boolean {
  const types = typesOf(b);
  if (!typesOf(a).some(type => types.includes(type))) return true;
  if (constantsDiffer(a, b)) return true;
  if (![a, b].every(branch => typesOf(branch).join() === 'object')) return false;
  const required = requiredOf(b);
  return requiredOf(a).some(name => required.includes(name) && constantsDiffer(property(a, name), property(b, name)));
}

function constantsDiffer(a: Branch, b: Branch): boolean {
  const [of, others] = [constantsOf(a), constantsOf(b)];
  return of !== undefined && others !== undefined && !of.some(value => others.includes(value));
}

/** Values as JSON text that `const` and `enum` leave; `undefined` when there is neither. */
function constantsOf(branch: Branch): string[] | undefined {
  const lists = [
    ...collect(branch, readAny, 'const').map(({ value }) => [value]),
    ...collect(branch, readArray, 'enum').map(({ value }) => value),
  ].map(values => values.map(value => canonical(value)));
  const [first, ...others] = lists;
  return first?.filter(value => others.every(list => list.includes(value)));
}

/** JSON text that is the same for values that JSON Schema calls equal. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join()}}`;
}

function requiredOf(branch: Branch): string[] {
  return collect(branch, readStrings, 'required').flatMap(({ value }) => value);
}

function property(branch: Branch, name: string): Node[] {
  return collect(branch, readRecord, 'properties').flatMap(({ value, path }) => {
    return Object.hasOwn(value, name) ? [toNode(value[name], path)] : [];
  });
}
