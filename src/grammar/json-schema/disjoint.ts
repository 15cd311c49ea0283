import {
  type Branch,
  collect,
  type Found,
  type Node,
  readAny,
  readArray,
  readRecord,
  readSchema,
  readStrings,
  toNode,
} from './node.ts';
import { typesOf } from './types.ts';

/**
 * Whether no value fits both, as far as it is seen from the types, the constants, and those of the properties that one of
 * them requires.
 */
export function areDisjoint(a: Branch, b: Branch): boolean {
  if ([...a, ...b].some(({ schema }) => schema === false)) return true;
  const types = typesOf(b);
  const shared = typesOf(a).filter(type => types.includes(type));
  if (shared.length === 0 || constantsDiffer(a, b)) return true;
  if (shared.join() !== 'object') return false;
  return [...requiredOf(a), ...requiredOf(b)].some(name => areDisjoint(property(a, name), property(b, name)));
}

function constantsDiffer(a: Branch, b: Branch): boolean {
  const [of, others] = [constantsOf(a), constantsOf(b)];
  return of !== undefined && others !== undefined && !of.some(value => others.includes(value));
}

/** Values as JSON text that `const` and `enum` leave; `undefined` when there is neither. */
function constantsOf(branch: Branch): string[] | undefined {
  const lists = listedValues(branch).map(({ value }) => value.map(canonical));
  const [first, ...others] = lists;
  return first?.filter(value => others.every(list => list.includes(value)));
}

/** The values that `const` and `enum` list, in each place where they stand. */
export function listedValues(nodes: readonly Node[]): Found<readonly unknown[]>[] {
  return [
    ...collect(nodes, readAny, 'const').map(({ value, path }) => ({ value: [value], path })),
    ...collect(nodes, readArray, 'enum'),
  ];
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

/** What the branch says of a property, but for what patterns of names do. */
function property(branch: Branch, name: string): Node[] {
  return branch.flatMap(node => {
    const properties = readRecord(node, 'properties');
    if (properties && Object.hasOwn(properties.value, name)) return toNode(properties.value[name], properties.path);
    return (!readAny(node, 'patternProperties') && readSchema(node, 'additionalProperties')) || [];
  });
}
