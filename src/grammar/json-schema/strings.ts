import { EVERY } from '../code-points.ts';
import type { Rules } from '../ebnf.ts';
import { parseRegex } from '../regex/parse-regex.ts';
import { lengths, not, type Regex, repeat, set, text } from '../regex/regex.ts';
import { RegexError } from '../regex/regex-error.ts';
import { regexToEbnf } from '../regex/regex-to-ebnf.ts';
import { excludedValues } from './constants.ts';
import { FORMATS, REFUSED_FORMATS } from './formats.ts';
import { quoted, stringOfLength, writeInString } from './json-text.ts';
import { collect, countLimits, excluded, type Found, type Node, readString } from './node.ts';
import { schemaError } from './schema-error.ts';

/** Strings that fit the nodes; `undefined` when there are none. */
export function stringValue(nodes: readonly Node[], rules: Rules, strict: boolean): string | undefined {
  const { min, max } = countLimits(nodes, 'minLength', 'maxLength');
  if (min > max) return undefined;
  const regexes = regexesOf(nodes, strict);
  const [first] = regexes;
  if (!first) return stringOfLength(rules, min, max);
  const fitting = withLength(
    regexes.map(({ value }) => value),
    min,
    max,
  );
  try {
    const inner = regexToEbnf(fitting, rules, writeInString);
    return inner === undefined ? undefined : rules.add(quoted(inner));
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    if (strict) throw schemaError(`${error.message}.`, first.path);
    return stringOfLength(rules, min, max);
  }
}

/** What `pattern` and `format` say, and what must not be. */
export function regexesOf(nodes: readonly Node[], strict: boolean): Found<Regex>[] {
  const constants = excludedValues(nodes).filter(value => typeof value === 'string');
  return [
    ...statedIn(nodes, strict),
    ...statedIn(excluded(nodes), strict).map(({ value, path }) => ({ value: not(value), path })),
    ...constants.map(value => ({ value: not(text(value)), path: nodes[0]?.path ?? '' })),
  ];
}

function statedIn(nodes: readonly Node[], strict: boolean): Found<Regex>[] {
  const patterns = collect(nodes, readString, 'pattern').map(found => ({ ...found, whole: false }));
  const formats = collect(nodes, readString, 'format').flatMap(({ value, path }) => {
    const pattern = FORMATS.get(value);
    if (pattern === undefined && strict && REFUSED_FORMATS.includes(value)) {
      throw schemaError(
        `the format ${value} cannot be enforced; enforced are ${[...FORMATS.keys()].join(', ')}.`,
        path,
      );
    }
    return pattern === undefined ? [] : { value: pattern, path, whole: true };
  });
  return [...patterns, ...formats].flatMap(({ value, path, whole }) => {
    try {
      return { value: parseRegex(value, whole), path };
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      if (!strict) return [];
      throw schemaError(`${error.message}.`, path);
    }
  });
}

/** The expressions, held to a length: where it can be seen without another expression for the length itself. */
function withLength(regexes: readonly Regex[], min: number, max: number): Regex[] {
  if (regexes.some(regex => lengths(regex).min >= min && lengths(regex).max <= max)) return [...regexes];
  const inner = regexes[0] && alone(regexes[0]);
  if (regexes.length > 1 || inner?.kind !== 'repeat' || inner.part.kind !== 'set') {
    return [...regexes, repeat(set(EVERY), min, max)];
  }
  const [least, most] = [Math.max(inner.min, min), Math.min(inner.max, max)];
  return [least > most ? set([]) : repeat(inner.part, least, most)];
}

/** What a sequence or choice of one holds. */
function alone(regex: Regex): Regex {
  const parts = regex.kind === 'sequence' ? regex.parts : regex.kind === 'choice' ? regex.options : [];
  const [only] = parts;
  return only && parts.length === 1 ? alone(only) : regex;
}
