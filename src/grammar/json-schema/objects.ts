import * as ebnf from '../ebnf.ts';
import type { Reading } from './branches.ts';
import { constantsOf } from './constants.ts';
import { BLANK } from './json-text.ts';
import { namesBranches, schemasOfProperty, undeclaredNames } from './names.ts';
import {
  type Branch,
  collect,
  countLimits,
  type Node,
  readCount,
  readRecord,
  readSchema,
  readStrings,
  type ToRule,
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
  const allowed = namesBranches(nodes, reading);
  const listed = listedNames(allowed, reading);
  const names = [...new Set([...declared, ...required, ...(listed ?? [])])];
  const namesOf = collect(nodes, readSchema, 'propertyNames');
  const isAllowed = (name: string) =>
    namesOf.length === 0 || toRule([...namesOf, { schema: { const: name }, path: '' }]) !== undefined;
  const properties: Property[] = [];
  for (const name of names) {
    const value = toRule(nodes.flatMap(node => schemasOfProperty(node, name, strict)));
    if (value !== undefined && isAllowed(name)) properties.push({ name, value, isRequired: required.has(name) });
    else if (required.has(name)) return undefined;
  }
  const blank = rules.add(BLANK);
  const kinds = listed ? [] : undeclaredNames(nodes, allowed, names, rules, strict);
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
  const members = writer.all();
  return members && ebnf.sequence(blank, members, blank);
}

/** All names that there may be, where they are listed. */
function listedNames(alternatives: readonly Branch[], { strict }: Reading): string[] | undefined {
  const lists = alternatives.map(names => constantsOf(names, strict));
  if (!lists.every(list => list !== undefined)) return undefined;
  return lists.flat().filter(name => typeof name === 'string');
}

/** How many properties there may be; `undefined` when no object is within the limits. */
function countsOf(nodes: readonly Node[], properties: readonly Property[], isOpen: boolean, strict: boolean) {
  const { min, max } = countLimits(nodes, 'minProperties', 'maxProperties');
  const least = properties.filter(({ isRequired }) => isRequired).length;
  const most = isOpen ? Number.POSITIVE_INFINITY : properties.length;
  if (min > most || max < least || min > max) return undefined;
  const counts = { min: min <= least ? 0 : min, max: max >= most ? Number.POSITIVE_INFINITY : max };
  // A second undeclared property may have the name of the first, and then does not count.
  if (!isOpen || min <= least + 1) return counts;
  const [found] = collect(nodes, readCount, 'minProperties').filter(({ value }) => value === min);
  if (!strict || !found) return { ...counts, min: 0 };
  throw schemaError('so many properties cannot be enforced where their names are open.', found.path);
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
  readonly #rest = new Map<string, string | undefined>();

  constructor(rules: ebnf.Rules, properties: readonly Property[], writing: Writing) {
    this.#rules = rules;
    this.#properties = properties;
    this.#writing = writing;
  }

  /** All of them; `undefined` when they lead nowhere. */
  all(): string | undefined {
    const { member, max } = this.#writing;
    const required = this.#properties.findIndex(({ isRequired }) => isRequired);
    const first = max === 0 ? [] : required < 0 ? this.#properties : this.#properties.slice(0, required + 1);
    const options = first.map((property, index) => {
      const rest = this.#after(index + 1, this.#counted(0));
      return rest && ebnf.sequence(member(property), rest);
    });
    return anyOf([...options, required < 0 ? this.#others() : undefined]);
  }

  /** Undeclared ones alone. */
  #others(): string | undefined {
    const { separator, other, min, max } = this.#writing;
    if (other === undefined || max === 0) return min === 0 ? ebnf.EMPTY : undefined;
    const more = this.#rules.repeat(ebnf.sequence(separator, other), Math.max(0, min - 1), max - 1);
    return ebnf.repeat(ebnf.sequence(other, more), Math.min(1, min), 1);
  }

  /** From a property on, behind others; a rule, because each optional property may be the first. */
  #after(index: number, count: number): string | undefined {
    const key = `${index} ${count}`;
    if (!this.#rest.has(key)) {
      const following = this.#following(index, count);
      this.#rest.set(key, following && this.#rules.add(following));
    }
    return this.#rest.get(key);
  }

  #following(index: number, count: number): string | undefined {
    const { member, separator, other, min, max } = this.#writing;
    const property = this.#properties[index];
    if (!property) {
      if (other === undefined) return count >= min ? ebnf.EMPTY : undefined;
      return this.#rules.repeat(ebnf.sequence(separator, other), Math.max(0, min - count), max - count);
    }
    const next = this.#counted(count);
    const own = ebnf.sequence(separator, member(property));
    const rest = count < max ? this.#after(index + 1, next) : undefined;
    if (!property.isRequired && next === count) return rest && ebnf.sequence(ebnf.repeat(own, 0, 1), rest);
    const none = property.isRequired ? undefined : this.#after(index + 1, count);
    return anyOf([rest && ebnf.sequence(own, rest), none]);
  }

  /** One property more, as far as it matters. */
  #counted(count: number): number {
    const { min, max } = this.#writing;
    return max < Number.POSITIVE_INFINITY ? count + 1 : Math.min(count + 1, min);
  }
}

function anyOf(options: readonly (string | undefined)[]): string | undefined {
  const possible = options.filter(option => option !== undefined);
  return possible.length === 0 ? undefined : ebnf.choice(possible);
}
