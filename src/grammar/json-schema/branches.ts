import { areDisjoint } from './disjoint.ts';
import { REFUSED } from './keywords.ts';
import { all, any, branchesWhere, type Formula, MAX_BRANCHES, not, schema } from './logic.ts';
import {
  type Branch,
  join,
  type Node,
  readAny,
  readRecord,
  readSchema,
  readSchemas,
  readString,
  toNode,
} from './node.ts';
import { findReference } from './references.ts';
import { schemaError } from './schema-error.ts';

export interface Reading {
  readonly root: Node;
  /** Refuse what cannot be followed, instead of ignoring it. */
  readonly strict: boolean;
}

/**
 * The alternatives for a value that fits all of `nodes`.
 *
 * @throws RequestError for a keyword that cannot be followed, when reading strictly
 */
export function branchesOf(nodes: readonly Node[], reading: Reading): Branch[] {
  const branches = branchesWhere(all(nodes.map(node => formulaOf(node, reading, []))));
  if (branches.length <= MAX_BRANCHES) return branches;
  throw schemaError(`it has more than ${MAX_BRANCHES} alternatives.`, nodes[0]?.path ?? '');
}

/** A schema without the keywords that apply others to the same value, and those others. */
function formulaOf(node: Node, reading: Reading, followed: readonly string[]): Formula {
  if (typeof node.schema === 'boolean' || node.isExcluded) return schema(node);
  refuse(node, reading);
  const below = (part: Node) => formulaOf(part, reading, followed);
  const list = (keyword: string) => readSchemas(node, keyword)?.value.map(below) ?? [];
  const parts: Formula[] = [schema(node)];

  const reference = readString(node, '$ref');
  if (reference) {
    if (followed.includes(reference.value)) throw schemaError('the reference leads to itself.', reference.path);
    const target = findReference(reading.root, reference);
    parts.push(formulaOf(target, reading, [...followed, reference.value]));
  }
  parts.push(...list('allOf'));
  if (readAny(node, 'anyOf')) parts.push(any(list('anyOf'), true));
  if (readAny(node, 'oneOf')) parts.push(oneOf(list('oneOf'), reading));
  const negated = readSchema(node, 'not');
  if (negated) parts.push(...enforceable(not(below(negated)), reading));
  parts.push(...enforceable(conditionOf(node, below), reading), ...dependenciesOf(node, below));
  const whole = all(parts);
  const isOpen = ['unevaluatedProperties', 'unevaluatedItems'].every(keyword => !readAny(node, keyword));
  return isOpen ? whole : { kind: 'closed', part: whole, node };
}

/** The formula; nothing where it cannot be followed and need not. */
function enforceable(formula: Formula, { strict }: Reading): Formula[] {
  if (strict) return [formula];
  try {
    return branchesWhere(formula).length <= MAX_BRANCHES ? [formula] : [];
  } catch {
    return [];
  }
}

/** `oneOf` is `anyOf` where no value fits two of its schemas; where one may, the others must not fit. */
function oneOf(options: readonly Formula[], reading: Reading): Formula {
  const expanded = options.map(option => branchesWhere(option));
  return any(
    options.map((option, index) => {
      const overlapping = options.filter((_, other) => {
        return other !== index && !expanded[index]?.every(a => expanded[other]?.every(b => areDisjoint(a, b)));
      });
      return all([option, ...overlapping.flatMap(other => enforceable(not(other), reading))]);
    }),
  );
}

function conditionOf(node: Node, below: (part: Node) => Formula): Formula {
  const [condition, then, otherwise] = ['if', 'then', 'else'].map(keyword => {
    const found = readSchema(node, keyword);
    return found && below(found);
  });
  if (!condition) return all([]);
  return any([all([condition, then ?? all([])]), all([not(condition), otherwise ?? all([])])]);
}

/** What follows from the presence of properties. */
function dependenciesOf(node: Node, below: (part: Node) => Formula): Formula[] {
  return ['dependentRequired', 'dependentSchemas', 'dependencies'].flatMap(keyword => {
    const found = readRecord(node, keyword);
    return Object.entries(found?.value ?? {}).map(([name, value]) => {
      const path = join(node.path, keyword, name);
      const present: Node = { schema: { required: [name] }, path };
      const absent: Node = { schema: { properties: { [name]: false } }, path };
      const then = toNode(Array.isArray(value) ? { required: value } : value, path);
      return any([schema(absent), all([schema(present), below(then)])]);
    });
  });
}

function refuse(node: Node, { strict }: Reading): void {
  if (!strict || typeof node.schema === 'boolean') return;
  for (const keyword of Object.keys(node.schema)) {
    const refusal = Object.hasOwn(REFUSED, keyword) ? REFUSED[keyword] : undefined;
    if (!refusal) continue;
    throw schemaError(`${keyword} cannot be enforced: ${refusal}.`, join(node.path, keyword));
  }
}
