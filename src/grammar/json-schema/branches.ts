import { refuseOverlap } from './disjoint.ts';
import { REFUSED } from './keywords.ts';
import { type Branch, join, type Node, readAny, readRecord, readSchemas, readString, toNode } from './node.ts';
import { findReference } from './references.ts';
import { schemaError } from './schema-error.ts';
import { forbiddenTypes } from './types.ts';

export interface Reading {
  readonly root: Node;
  /** Refuse what cannot be followed, instead of ignoring it. */
  readonly strict: boolean;
}

/** More alternatives than anybody writes; each anyOf within an allOf multiplies them. */
const MAX_BRANCHES = 500;

/**
 * The alternatives for a value that fits all of `nodes`.
 *
 * @throws RequestError for a keyword that cannot be followed, when reading strictly
 */
export function branchesOf(nodes: readonly Node[], reading: Reading): Branch[] {
  return product(nodes.map(node => expand(node, reading, [])));
}

function expand(node: Node, reading: Reading, followed: readonly string[]): Branch[] {
  if (node.schema === false) return [];
  if (node.schema === true) return [[]];
  refuse(node, reading);
  const factors: Branch[][] = [[[node]]];

  const reference = readString(node, '$ref');
  if (reference) {
    if (followed.includes(reference.value)) throw schemaError('the reference leads to itself.', reference.path);
    const target = findReference(reading.root, reference);
    factors.push(expand(target, reading, [...followed, reference.value]));
  }
  for (const part of readSchemas(node, 'allOf')?.value ?? []) factors.push(expand(part, reading, followed));
  for (const keyword of ['anyOf', 'oneOf']) {
    const options = readSchemas(node, keyword);
    if (!options) continue;
    const expanded = options.value.map(option => expand(option, reading, followed));
    if (keyword === 'oneOf' && reading.strict) refuseOverlap(expanded, options.path);
    factors.push(expanded.flat());
  }
  for (const dependency of dependenciesOf(node)) {
    const [absent, present] = dependency;
    factors.push([[absent], ...product(present.map(part => expand(part, reading, followed)))]);
  }
  const branches = product(factors);
  if (branches.length > MAX_BRANCHES) throw schemaError(`it has more than ${MAX_BRANCHES} alternatives.`, node.path);
  return branches;
}

/** Of each property that others depend on: the schema without it, and those with it. */
function dependenciesOf(node: Node): [absent: Node, present: Node[]][] {
  return ['dependentRequired', 'dependentSchemas', 'dependencies'].flatMap(keyword => {
    const found = readRecord(node, keyword);
    return Object.entries(found?.value ?? {}).map(([name, value]): [Node, Node[]] => {
      const path = join(node.path, keyword, name);
      const present: Node = { schema: { required: [name, ...(Array.isArray(value) ? value : [])] }, path };
      const absent: Node = { schema: { properties: { [name]: false } }, path };
      return [absent, Array.isArray(value) ? [present] : [present, toNode(value, path)]];
    });
  });
}

function product(factors: readonly Branch[][]): Branch[] {
  return factors.reduce<Branch[]>(
    (all, factor) => all.slice(0, MAX_BRANCHES + 1).flatMap(branch => factor.map(other => [...branch, ...other])),
    [[]],
  );
}

function refuse(node: Node, { strict }: Reading): void {
  if (!strict || typeof node.schema === 'boolean') return;
  for (const keyword of Object.keys(node.schema)) {
    const refusal = Object.hasOwn(REFUSED, keyword) ? REFUSED[keyword] : undefined;
    if (!refusal || node.schema[keyword] === refusal.harmless) continue;
    throw schemaError(`${keyword} cannot be enforced: ${refusal.because}.`, join(node.path, keyword));
  }
  const negated = readAny(node, 'not');
  if (!negated || forbiddenTypes(negated)) return;
  throw schemaError(
    'not cannot be enforced, but for types: what is not allowed is told at the end of a value.',
    negated.path,
  );
}
