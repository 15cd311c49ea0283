/** JSON's own grammar in EBNF. */
import {
  ASCII,
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

/** What a string must escape. */
const ESCAPED = union(range('\0', '\u001f'), characters('"\\'));
const PLAIN = complement(ESCAPED);

const ESCAPED_CHARACTERS = ESCAPED.flatMap(([low, high]) =>
  Array.from({ length: high - low + 1 }, (_, index) => String.fromCodePoint(low + index)),
);

/** One character of a set within a string, written as `JSON.stringify` does. */
export function writeInString(set: CodePoints): string {
  const plain = intersection(set, PLAIN);
  const escaped = ESCAPED_CHARACTERS.filter(character => has(set, codePointOf(character)));
  return ebnf.choice([
    ...(plain.length > 0 ? [ebnf.oneOf(plain)] : []),
    ...(escaped.length > 0 ? [ebnf.sequence(ebnf.literal('\\'), behindBackslash(escaped))] : []),
  ]);
}

/** `n` for a line's end, `u001b` for a character without a letter: what they have in common is written once. */
function behindBackslash(escaped: readonly string[]): string {
  const written = escaped.map(character => JSON.stringify(character).slice(2, -1));
  const ending = (start: string) => {
    const ends = written.filter(text => text.startsWith(start) && text.length === start.length + 1);
    const last = characters(ends.map(text => text.slice(-1)).join(''));
    return last.length === 0 ? [] : [ebnf.sequence(ebnf.literal(start), ebnf.oneOf(last))];
  };
  return ebnf.choice(['', 'u000', 'u001'].flatMap(ending));
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
  const backslashed = ebnf.sequence(ebnf.literal('\\'), rules.add(behindBackslash(ESCAPED_CHARACTERS)));
  const any = ebnf.choice([ebnf.anyBut(ESCAPED), backslashed]);
  const free = rules.add(ebnf.repeat(any, 0, Number.POSITIVE_INFINITY));
  const names = others.map(name => Array.from(name));
  return rules.add(quoted(otherThan(names, { rules, backslashed, free }, 1)));
}

/** Each letter is a group in the group of the one before it: xgrammar (0.1.27) is slow with large ones, and fails at deep ones. */
const LETTERS_IN_RULE = 16;

/** Any character that is escaped, and any characters to the name's end. */
interface NameRules {
  readonly rules: ebnf.Rules;
  readonly backslashed: string;
  readonly free: string;
}

function otherThan(names: readonly (readonly string[])[], rules: NameRules, depth: number): string {
  if (names.length === 0) return rules.free;
  const first = new Set(names.flatMap(([character]) => character ?? []));
  const options = names.some(name => name.length === 0) ? [] : [ebnf.EMPTY];
  for (const character of first) {
    const rests = names.filter(name => name[0] === character).map(name => name.slice(1));
    const written = writeInString(characters(character));
    options.push(ebnf.sequence(written, otherThan(rests, rules, depth + 1)));
  }
  const body = ebnf.choice([...options, ...charactersBut(characters([...first].join('')), rules)]);
  return depth % LETTERS_IN_RULE === 0 ? rules.rules.add(body) : body;
}

/** A character that is none of these and the rest, in as few places as may be: there are as many as letters in names. */
function charactersBut(set: CodePoints, { backslashed, free }: NameRules): string[] {
  const isPlainAscii = intersection(set, complement(intersection(ASCII, PLAIN))).length === 0;
  const others = isPlainAscii ? [ebnf.anyBut(union(ESCAPED, set)), backslashed] : [writeInString(complement(set))];
  return others.map(other => ebnf.sequence(other, free));
}
