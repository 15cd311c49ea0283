/** The names that an object's undeclared properties may have: `patternProperties`, `propertyNames`. */

import { EVERY } from '../code-points.ts';
import type * as ebnf from '../ebnf.ts';
import { parseRegex } from '../regex/parse-regex.ts';
import { all, choice, not, type Regex, repeat, set, text } from '../regex/regex.ts';
import { RegexError } from '../regex/regex-error.ts';
import { regexToEbnf } from '../regex/regex-to-ebnf.ts';
import { branchesOf, type Reading } from './branches.ts';
import { constantsOf } from './constants.ts';
import { nameOtherThan, quoted, writeInString } from './json-text.ts';
import { type Branch, collect, countLimits, join, type Node, readRecord, readSchema, toNode } from './node.ts';
import { schemaError } from './schema-error.ts';
import { regexesOf } from './strings.ts';
import { typesOf } from './types.ts';

/** Each combination of patterns is a kind of name of its own, with values of its own. */
const MAX_PATTERNS = 4;
/** A kind of name, in EBNF, and the schemas that values under such names must fit. */
export interface NameKind {
  readonly name: string;
  readonly value: readonly Node[];
}

/** The alternatives of all that `propertyNames` says: none where it allows no name. */
export function namesBranches(nodes: readonly Node[], reading: Reading): Branch[] {
  const names = collect(nodes, readSchema, 'propertyNames');
  return branchesOf(names, reading).filter(branch => typesOf(branch).includes('string'));
}

/**
 * The kinds of names other than `declared` ones, apart from each other.
 *
 * @param names the alternatives that every name must fit one of
 */
export function undeclaredNames(
  nodes: readonly Node[],
  names: readonly Branch[],
  declared: readonly string[],
  rules: ebnf.Rules,
  strict: boolean,
): NameKind[] {
  const patterns = nodes.flatMap(node => patternsOf(node, strict));
  const regexes = new Map(patterns.map(({ pattern, regex }) => [pattern, regex]));
  const schemasOf = (matching: readonly string[]) => nodes.flatMap(node => schemasFor(node, matching, strict));
  const allowed = names.map(branch => nameLimits(branch, strict));
  const isFree = allowed.some(limits => limits.length === 0);
  if (regexes.size === 0 && isFree) return [{ name: nameOtherThan(rules, declared), value: schemasOf([]) }];
  const path = patterns[0]?.path ?? names[0]?.[0]?.path ?? '';
  if (regexes.size > MAX_PATTERNS) throw schemaError(`at most ${MAX_PATTERNS} patterns are supported.`, path);
  const others = [...declared.map(name => not(text(name))), ...(isFree ? [] : [anyOf(allowed)])];
  return subsets([...regexes.keys()]).flatMap(matching => {
    const fitting = [...regexes].map(([pattern, regex]) => (matching.includes(pattern) ? regex : not(regex)));
    const name = toEbnf([...fitting, ...others], rules, path);
    return name === undefined ? [] : [{ name: rules.add(quoted(name)), value: schemasOf(matching) }];
  });
}

function anyOf(limits: readonly (readonly Regex[])[]): Regex {
  return choice(...limits.map(regexes => all(...regexes)));
}

function nameLimits(names: Branch, strict: boolean): Regex[] {
  const { min, max } = countLimits(names, 'minLength', 'maxLength');
  const lengths = min > 0 || max < Number.POSITIVE_INFINITY ? [repeat(set(EVERY), min, max)] : [];
  const constants = constantsOf(names, strict)?.filter(value => typeof value === 'string');
  if (constants) return [choice(...constants.map(text))];
  return [...regexesOf(names, strict).map(({ value }) => value), ...lengths];
}

/** The schemas that a node has for a property of this name. */
export function schemasOfProperty(node: Node, name: string, strict: boolean): Node[] {
  const matching = patternsOf(node, strict)
    .map(({ pattern }) => pattern)
    .filter(pattern => new RegExp(pattern, 'u').test(name));
  const properties = readRecord(node, 'properties');
  if (!properties || !Object.hasOwn(properties.value, name)) return schemasFor(node, matching, strict);
  const declared = toNode(properties.value[name], join(properties.path, name));
  return matching.length === 0 ? [declared] : [declared, ...schemasFor(node, matching, strict)];
}

/** For a name that is not declared, and matches these patterns and no others. */
function schemasFor(node: Node, matching: readonly string[], strict: boolean): Node[] {
  const own = patternsOf(node, strict).filter(({ pattern }) => matching.includes(pattern));
  if (own.length > 0) return own.map(({ schema }) => schema);
  const additional = readSchema(node, 'additionalProperties');
  return additional ? [additional] : [];
}

interface Pattern {
  readonly pattern: string;
  readonly regex: Regex;
  readonly schema: Node;
  readonly path: string;
}

function patternsOf(node: Node, strict: boolean): Pattern[] {
  const found = readRecord(node, 'patternProperties');
  return Object.entries(found?.value ?? {}).flatMap(([pattern, value]) => {
    const path = join(node.path, 'patternProperties', pattern);
    try {
      return [{ pattern, regex: parseRegex(pattern), schema: toNode(value, path), path }];
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      if (!strict) return [];
      throw schemaError(`${error.message}.`, path);
    }
  });
}

function toEbnf(regexes: readonly Regex[], rules: ebnf.Rules, path: string): string | undefined {
  try {
    return regexToEbnf(regexes, rules, writeInString);
  } catch (error) {
    throw error instanceof RegexError ? schemaError(`${error.message}.`, path) : error;
  }
}

function subsets(items: readonly string[]): string[][] {
  const [first, ...others] = items;
  if (first === undefined) return [[]];
  return subsets(others).flatMap(some => [some, [first, ...some]]);
}
