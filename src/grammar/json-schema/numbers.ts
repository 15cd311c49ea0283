import * as ebnf from '../ebnf.ts';
import { choice, not } from '../regex/regex.ts';
import { RegexError } from '../regex/regex-error.ts';
import { regexToEbnf } from '../regex/regex-to-ebnf.ts';
import { excludedValues } from './constants.ts';
import { multiplesOf } from './multiples.ts';
import { collect, excluded, type Found, type Node, readNumber } from './node.ts';
import { anyNumber, decimals, EXACT, integers, type Limit, spellings, WITH_EXPONENT } from './number-text.ts';
import { schemaError } from './schema-error.ts';
import { isIntegerOnly } from './types.ts';

/** Numbers that fit the nodes; `undefined` when there are none. */
export function numberValue(nodes: readonly Node[], rules: ebnf.Rules, strict: boolean): string | undefined {
  const low = strictest(nodes, 'minimum', 'exclusiveMinimum', (a, b) => a > b);
  const high = strictest(nodes, 'maximum', 'exclusiveMaximum', (a, b) => a < b);
  const multiples = divisorsOf(nodes);
  const others = divisorsOf(excluded(nodes));
  const constants = excludedValues(nodes).filter(value => typeof value === 'number');
  const isFree = !low && !high && constants.length === 0 && others.length === 0;
  const all = isIntegerOnly(nodes) ? integers(low, high) : isFree ? anyNumber() : decimals(low, high);
  try {
    const limits = [
      ...multiples.map(({ value }) => multiplesOf(value)),
      ...others.map(({ value }) => not(choice(multiplesOf(value), WITH_EXPONENT))),
      ...constants.map(value => not(spellings(value))),
      ...(others.length > 0 ? [EXACT] : []),
    ];
    return regexToEbnf([all, ...limits], rules, ebnf.oneOf);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    if (!strict) return regexToEbnf([all], rules, ebnf.oneOf);
    throw schemaError(`${error.message}.`, [...multiples, ...others][0]?.path ?? nodes[0]?.path ?? '');
  }
}

function divisorsOf(nodes: readonly Node[]): Found<number>[] {
  const found = collect(nodes, readNumber, 'multipleOf');
  for (const { value, path } of found) if (value <= 0) throw schemaError('multipleOf must be above 0.', path);
  return found;
}

function strictest(
  nodes: readonly Node[],
  inclusive: string,
  exclusive: string,
  isStricter: (a: number, b: number) => boolean,
): Limit | undefined {
  const limits = [
    ...collect(nodes, readNumber, exclusive).map(({ value }) => ({ value, inclusive: false })),
    ...collect(nodes, readNumber, inclusive).map(({ value }) => ({ value, inclusive: true })),
  ];
  const [first, ...others] = limits;
  return first && others.reduce((best, limit) => (isStricter(limit.value, best.value) ? limit : best), first);
}
