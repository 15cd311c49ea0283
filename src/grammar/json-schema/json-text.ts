/** JSON's own grammar in EBNF. */
import {
  type CodePoints,
  characters,
  codePointOf,
  complement,
  has,
  intersection,
  range,
  union,
} from '../code-points.ts';
import * as ebnf from '../ebnf.ts';

/**
 * Where blanks may stand: one space, or a line's end and its indentation. Bounded, or a model could fill its context
 * with them.
 */
export const BLANK = ebnf.repeat(
  ebnf.choice([
    ebnf.literal(' '),
    ebnf.sequence(ebnf.literal('\n'), ebnf.repeat(ebnf.oneOf(characters(' \t')), 0, 20)),
  ]),
  0,
  1,
);

export const DIGIT = ebnf.oneOf(range('0', '9'));

/** What a string must escape. */
const ESCAPED = union(range('\0', '\u001f'), characters('"\\'));
const PLAIN = complement(ESCAPED);

/** One character of a set within a string, written as `JSON.stringify` does. */
export function writeInString(set: CodePoints): string {
  const plain = intersection(set, PLAIN);
  const escapes = [...ESCAPED]
    .flatMap(([low, high]) => Array.from({ length: high - low + 1 }, (_, index) => low + index))
    .filter(codePoint => has(set, codePoint))
    .map(codePoint => ebnf.literal(JSON.stringify(String.fromCodePoint(codePoint)).slice(1, -1)));
  return ebnf.choice([...(plain.length > 0 ? [ebnf.oneOf(plain)] : []), ...escapes]);
}

const HEX = ebnf.oneOf(union(range('0', '9'), range('a', 'f'), range('A', 'F')));
const hex = (count: number) => ebnf.repeat(HEX, count, count);

/** What may follow a backslash: one code point, so that a string's length can be told. */
const ESCAPE = ebnf.choice([
  ebnf.oneOf(characters('"\\/bfnrt')),
  ebnf.sequence(ebnf.literal('u'), ebnf.oneOf(union(range('0', '9'), characters('abcefABCEF'))), hex(3)),
  ebnf.sequence(ebnf.literal('u'), ebnf.oneOf(characters('dD')), ebnf.oneOf(range('0', '7')), hex(2)),
  ebnf.sequence(
    ...[ebnf.literal('u'), ebnf.oneOf(characters('dD')), ebnf.oneOf(characters('89abAB')), hex(2)],
    ...[ebnf.literal('\\u'), ebnf.oneOf(characters('dD')), ebnf.oneOf(characters('cdefCDEF')), hex(2)],
  ),
]);

/** Any string of `min` to `max` code points, where the rules count. */
export function stringOfLength(rules: ebnf.Rules, min: number, max: number): string {
  const escaped = ebnf.sequence(ebnf.literal('\\'), rules.add(ESCAPE));
  if (rules.counts && (min > 0 || max < Number.POSITIVE_INFINITY)) {
    const character = rules.add(ebnf.choice([ebnf.oneOf(PLAIN), escaped]));
    return quoted(rules.repeat(character, min, max));
  }
  // Going on within its own rule: xgrammar prepares the masks of one rule, and works out at run time what leaves it.
  return rules.once('string', () => {
    const rest = rules.reserve();
    const [end, more] = [ebnf.literal('"'), ebnf.sequence(ebnf.anyBut(ESCAPED), rest)];
    rules.define(rest, ebnf.choice([end, more, ebnf.sequence(escaped, rest)]).slice(1, -1));
    return ebnf.sequence(end, rest);
  });
}

export function quoted(inner: string): string {
  return ebnf.sequence(ebnf.literal('"'), inner, ebnf.literal('"'));
}

/**
 * A property's name that is none of `others`.
 *
 * As a tree of their characters: at each of them a name may leave by another character, or end where none of theirs
 * does. Written in one way only, or `\u0061` would be another `a`.
 */
export function nameOtherThan(rules: ebnf.Rules, others: readonly string[]): string {
  const anyCharacter = ebnf.choice([ebnf.anyBut(ESCAPED), writeInString(ESCAPED)]);
  const free = rules.add(ebnf.repeat(anyCharacter, 0, Number.POSITIVE_INFINITY));
  return rules.add(
    quoted(
      otherThan(
        others.map(name => Array.from(name)),
        free,
      ),
    ),
  );
}

function otherThan(names: readonly (readonly string[])[], free: string): string {
  if (names.length === 0) return free;
  const first = new Set(names.flatMap(([character]) => character ?? []));
  const options = names.some(name => name.length === 0) ? [] : [ebnf.EMPTY];
  for (const character of first) {
    const rests = names.filter(name => name[0] === character).map(name => name.slice(1));
    const written = ebnf.literal(JSON.stringify(character).slice(1, -1));
    options.push(ebnf.sequence(written, otherThan(rests, free)));
  }
  const elsewhere = complement([...first].map(character => [codePointOf(character), codePointOf(character)]));
  options.push(ebnf.sequence(writeInString(elsewhere), free));
  return ebnf.choice(options);
}
