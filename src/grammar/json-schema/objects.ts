import * as ebnf from '../ebnf.ts';
import type { ToRule } from './arrays.ts';
import type { Reading } from './branches.ts';
import { BLANK } from './json-text.ts';
import { namesBranch, schemasOfProperty, undeclaredNames } from './names.ts';
import {
  type Branch,
  collect,
  countLimits,
  type Node,
  readAny,
  readArray,
  readCount,
  readRecord,
  readStrings,
} from './node.ts';
import { keyword, writeJson } from './notation.ts';
import { schemaError } from './schema-error.ts';

interface Property {
  readonly name: string;
  /** The rule of its value. */
  readonly value: string;
  readonly isRequired: boolean;
}

/** What there is to make rules with. */
interface Means {
  readonly rules: ebnf.Rules;
  readonly toRule: ToRule;
  readonly reading: Reading;
}

/** Objects that fit the nodes, their properties in the schema's order; `undefined` when there are none. */
export function objectValue(nodes: readonly Node[], means: Means): string | undefined {
  const colon = ebnf.sequence(ebnf.literal(':'), means.rules.add(BLANK));
  const members = membersOf(nodes, means, { nameOf: writeJson, colon });
  return members && ebnf.sequence(ebnf.literal('{'), members, ebnf.literal('}'));
}

/** The same objects as the keyword arguments of a call in Python. */
export function argumentsValue(nodes: readonly Node[], means: Means): string | undefined {
  return membersOf(nodes, means, { nameOf: keyword, colon: ebnf.literal('=') });
}

interface MemberNotation {
  readonly nameOf: (name: string) => string;
  /** Between a name and its value. */
  readonly colon: string;
}

function membersOf(
  nodes: readonly Node[],
  { rules, toRule, reading }: Means,
  { nameOf, colon }: MemberNotation,
): string | undefined {
  const { strict } = reading;
  const required = new Set(collect(nodes, readStrings, 'required').flatMap(({ value }) => value));
  const declared = collect(nodes, readRecord, 'properties').flatMap(({ value }) => Object.keys(value));
  const allowed = namesBranch(nodes, reading);
  const listed = allowed ? listedNames(allowed) : [];
  const names = [...new Set([...declared, ...required, ...(listed ?? [])])];
  const isAllowed = (name: string) =>
    allowed?.length === 0 || (allowed && toRule([...allowed, { schema: { const: name }, path: '' }]) !== undefined);
  const properties: Property[] = [];
  for (const name of names) {
    const value = toRule(nodes.flatMap(node => schemasOfProperty(node, name, strict)));
    if (value !== undefined && isAllowed(name)) properties.push({ name, value, isRequired: required.has(name) });
    else if (required.has(name)) return undefined;
  }
  const blank = rules.add(BLANK);
  const kinds = listed || !allowed ? [] : undeclaredNames(nodes, allowed, names, rules, strict);
  const others = kinds.flatMap(({ name, value }) => {
    const rule = toRule(value);
    return rule === undefined ? [] : [ebnf.sequence(name, colon, rule)];
  });

  const counts = countsOf(nodes, properties, others.length > 0, strict);
  if (!counts) return undefined;
  const writer = new Members(rules, properties, {
    separator: ebnf.sequence(ebnf.literal(','), blank),
    member: ({ name, value }) => ebnf.sequence(ebnf.literal(nameOf(name)), colon, value),
    other: others.length === 0 ? undefined : ebnf.choice(others),
    ...counts,
  });
  return ebnf.sequence(blank, writer.first(0), blank);
}

/** All names that there may be, where they are listed. */
function listedNames(names: Branch): string[] | undefined {
  const lists = [
    ...collect(names, readArray, 'enum').map(({ value }) => value),
    ...collect(names, readAny, 'const').map(({ value }) => [value]),
  ];
  return lists[0]?.filter(name => typeof name === 'string');
}

/**
 * How many undeclared properties there may be, where the limits leave that to them alone; `undefined` when no object is
 * within the limits.
 */
function countsOf(nodes: readonly Node[], properties: readonly Property[], isOpen: boolean, strict: boolean) {
  const { min, max } = countLimits(nodes, 'minProperties', 'maxProperties');
  const least = properties.filter(({ isRequired }) => isRequired).length;
  const most = isOpen ? Number.POSITIVE_INFINITY : properties.length;
  if (min > most || max < least || min > max) return undefined;
  const free = { min: 0, max: Number.POSITIVE_INFINITY };
  if (min <= least && max >= most) return free;
  // A second undeclared property may have the name of the first, and then does not count.
  if (least === properties.length && min <= least + 1) return { min: Math.max(0, min - least), max: max - least };
  const found = [...collect(nodes, readCount, 'minProperties'), ...collect(nodes, readCount, 'maxProperties')][0];
  if (!strict || !found) return free;
  throw schemaError('the number of properties cannot be enforced where some are optional, or above one.', found.path);
}

interface Writing {
  readonly separator: string;
  readonly member: (property: Property) => string;
  /** An undeclared property. */
  readonly other: string | undefined;
  readonly min: number;
  readonly max: number;
}

/** An object's members: every property in its place, the optional ones or not. */
class Members {
  readonly #rules: ebnf.Rules;
  readonly #properties: readonly Property[];
  readonly #writing: Writing;
  readonly #rest: string[] = [];

  constructor(rules: ebnf.Rules, properties: readonly Property[], writing: Writing) {
    this.#rules = rules;
    this.#properties = properties;
    this.#writing = writing;
  }

  /** From a property on, when none was written yet. */
  first(index: number): string {
    const { member, separator, other, min, max } = this.#writing;
    const property = this.#properties[index];
    if (!property) {
      if (other === undefined || max === 0) return ebnf.EMPTY;
      const others = ebnf.repeat(ebnf.sequence(separator, other), Math.max(0, min - 1), max - 1);
      return ebnf.repeat(ebnf.sequence(other, others), Math.min(1, min), 1);
    }
    const some = ebnf.sequence(member(property), this.#after(index + 1));
    return property.isRequired ? some : ebnf.choice([some, this.first(index + 1)]);
  }

  /** From a property on, behind another; a rule, because each optional property may be the first. */
  #after(index: number): string {
    this.#rest[index] ??= this.#rules.add(this.#following(index));
    return this.#rest[index];
  }

  #following(index: number): string {
    const { member, separator, other, min, max } = this.#writing;
    const property = this.#properties[index];
    if (!property) {
      return other === undefined ? ebnf.EMPTY : ebnf.repeat(ebnf.sequence(separator, other), min, max);
    }
    const some = ebnf.sequence(separator, member(property));
    return ebnf.sequence(property.isRequired ? some : ebnf.repeat(some, 0, 1), this.#after(index + 1));
  }
}
