import * as ebnf from '../ebnf.ts';
import type { ToRule } from './arrays.ts';
import { BLANK, nameOtherThan } from './json-text.ts';
import {
  collect,
  countLimits,
  join,
  type Node,
  readCount,
  readRecord,
  readSchema,
  readStrings,
  toNode,
} from './node.ts';
import { schemaError } from './schema-error.ts';

interface Property {
  readonly name: string;
  /** The rule of its value. */
  readonly value: string;
  readonly isRequired: boolean;
}

/** Objects that fit the nodes, their properties in the schema's order; `undefined` when there are none. */
export function objectValue(
  nodes: readonly Node[],
  rules: ebnf.Rules,
  toRule: ToRule,
  strict: boolean,
): string | undefined {
  const required = new Set(collect(nodes, readStrings, 'required').flatMap(({ value }) => value));
  const declared = collect(nodes, readRecord, 'properties').flatMap(({ value }) => Object.keys(value));
  const names = [...new Set([...declared, ...required])];
  const properties: Property[] = [];
  for (const name of names) {
    const value = toRule(nodes.flatMap(node => propertySchema(node, name) ?? []));
    if (value !== undefined) properties.push({ name, value, isRequired: required.has(name) });
    else if (required.has(name)) return undefined;
  }
  const other = toRule(nodes.flatMap(node => readSchema(node, 'additionalProperties') ?? []));

  const counts = countsOf(nodes, properties, other !== undefined, strict);
  if (!counts) return undefined;
  const blank = rules.add(BLANK);
  const colon = ebnf.sequence(ebnf.literal(':'), blank);
  const writer = new Members(rules, properties, {
    separator: ebnf.sequence(ebnf.literal(','), blank),
    member: ({ name, value }) => ebnf.sequence(ebnf.literal(JSON.stringify(name)), colon, value),
    other: other === undefined ? undefined : ebnf.sequence(nameOtherThan(rules, names), colon, other),
    ...counts,
  });
  return ebnf.sequence(ebnf.literal('{'), blank, writer.first(0), blank, ebnf.literal('}'));
}

/** The schema that a node has for a property of this name. */
function propertySchema(node: Node, name: string): Node | undefined {
  const properties = readRecord(node, 'properties');
  if (properties && Object.hasOwn(properties.value, name)) {
    return toNode(properties.value[name], join(properties.path, name));
  }
  return readSchema(node, 'additionalProperties');
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
