import type { Rules } from '../ebnf.ts';
import { parseRegex, RegexError } from '../regex/parse-regex.ts';
import { lengths, type Regex, repeat, set } from '../regex/regex.ts';
import { regexToEbnf } from '../regex/regex-to-ebnf.ts';
import { FORMATS } from './formats.ts';
import { quoted, stringOfLength, writeInString } from './json-text.ts';
import { collect, countLimits, type Found, type Node, readCount, readString } from './node.ts';
import { schemaError } from './schema-error.ts';

/** Strings that fit the nodes; `undefined` when there are none. */
export function stringValue(nodes: readonly Node[], rules: Rules, strict: boolean): string | undefined {
  const { min, max } = countLimits(nodes, 'minLength', 'maxLength');
  if (min > max) return undefined;
  const [first, second] = regexesOf(nodes, strict);
  if (!first) return stringOfLength(rules, min, max);
  if (second && strict) throw schemaError('only one pattern or format of a string can be enforced.', second.path);
  const fitting = withLength(first.value, min, max);
  if (!fitting && strict) {
    const limit = [...collect(nodes, readCount, 'minLength'), ...collect(nodes, readCount, 'maxLength')][0];
    throw schemaError('the length cannot be enforced together with this pattern.', limit?.path ?? first.path);
  }
  const inner = regexToEbnf(fitting ?? first.value, writeInString);
  return inner === undefined ? undefined : rules.add(quoted(inner));
}

function regexesOf(nodes: readonly Node[], strict: boolean): Found<Regex>[] {
  const patterns = collect(nodes, readString, 'pattern').map(found => ({ ...found, whole: false }));
  const formats = collect(nodes, readString, 'format').flatMap(({ value, path }) => {
    const pattern = FORMATS.get(value);
    if (pattern !== undefined) return { value: pattern, path, whole: true };
    if (!strict) return [];
    throw schemaError(`the format is none of those that are enforced: ${[...FORMATS.keys()].join(', ')}.`, path);
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

/** The expression, held to a length; `undefined` where that is not seen. */
function withLength(regex: Regex, min: number, max: number): Regex | undefined {
  const own = lengths(regex);
  if (own.min >= min && own.max <= max) return regex;
  const inner = alone(regex);
  if (inner.kind !== 'repeat' || inner.part.kind !== 'set') return undefined;
  const [least, most] = [Math.max(inner.min, min), Math.min(inner.max, max)];
  return least > most ? set([]) : repeat(inner.part, least, most);
}

/** What a sequence or choice of one holds. */
function alone(regex: Regex): Regex {
  const parts = regex.kind === 'sequence' ? regex.parts : regex.kind === 'choice' ? regex.options : [];
  const [only] = parts;
  return only && parts.length === 1 ? alone(only) : regex;
}
