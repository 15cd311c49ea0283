import { describe, expect, test } from 'vitest';
import { xorshift } from '../../../test/fixtures/tiny-model.ts';
import { has } from '../code-points.ts';
import { type State, statesOf } from './automaton.ts';
import { parseRegex } from './parse-regex.ts';
import { all, not } from './regex.ts';

function matches(states: readonly State[] | undefined, text: string): boolean {
  let state = states?.[0];
  for (const character of text) {
    const to = state?.next.find(({ set }) => has(set, character.codePointAt(0) ?? 0));
    state = to && states?.[to.state];
  }
  return state?.isEnd ?? false;
}

/** Texts of the characters that the patterns below speak of. */
function* texts(count: number): Generator<string> {
  const random = xorshift(3);
  const characters = Array.from('aabbcABZ019_-. @\n"é😀{}');
  for (let i = 0; i < count; i++) {
    const length = Math.floor(random() * 9);
    yield Array.from({ length }, () => characters[Math.floor(random() * characters.length)]).join('');
  }
}

describe('a pattern matches what the browser says it does', () => {
  test.each([
    ...['a', '^a', 'a$', '^a$', '', '^', '$', '^$', 'a|b', '^a|b$', '^(a|b)c?$', 'a{2}', '^a{2,}$', '^a{1,2}b*$'],
    ...['^[ab]+$', '^[^ab]*$', '\\d', '^\\w+$', '^\\W*$', '\\s', '^\\S+$', '^.$', '^..$', '^[a-c-]$', '[\\d_-]$'],
    ...[
      '^(?:ab)+$',
      '^(?<name>a)b',
      '^a*?b+?$',
      '^\\x61\\u0062$',
      '^\\u{1F600}',
      '^\\.$',
      '^[\\]\\-]?$',
      '^é',
      '\\{|\\}',
    ],
    ...['^(a*)*$', '^(a|ab)(c|bc)$', '^(?=a)', '^(?!a).*$', '^(?!.*bb)[ab]*$', '^(?=.*\\d)(?=.*[a-z])[^]{2,4}$'],
    ...['^(?!\\.)(?!.*\\.\\.)[a-c.]*[a-c]@[a-c]+$', '^(?!ab$)[ab]+$', '^(?!a)b|c$'],
  ])('%s', pattern => {
    const states = statesOf(parseRegex(pattern));
    const expected = new RegExp(pattern, 'u');
    for (const text of texts(3000)) expect(matches(states, text), JSON.stringify(text)).toBe(expected.test(text));
  });
});

test('a whole pattern leaves nothing around it', () => {
  const states = statesOf(parseRegex('a|bc', true));
  expect(['a', 'bc', 'aa', 'xbc', ''].map(text => matches(states, text))).toEqual([true, true, false, false, false]);
});

test('together and not', () => {
  const [a, b] = [parseRegex('^[ab]{2,6}$'), parseRegex('aa')];
  const [both, onlyA] = [statesOf(all(a, b)), statesOf(all(a, not(b)))];
  for (const text of texts(3000)) {
    const [inA, inB] = [/^[ab]{2,6}$/.test(text), text.includes('aa')];
    expect(matches(both, text)).toBe(inA && inB);
    expect(matches(onlyA, text)).toBe(inA && !inB);
  }
});

test('what nothing matches has no states', () => {
  expect(statesOf(all(parseRegex('^a'), parseRegex('^b')))).toBeUndefined();
});

test.each([
  ['(a', 'Unterminated group'],
  ['\\bword', '\\b is not supported'],
  ['(a)\\1', '\\1 is not supported'],
  ['\\p{L}', '\\p is not supported'],
  ['(?<=a)b', 'lookbehind'],
  ['a(?!b)', 'lookahead is supported at the beginning only'],
  ['a^b', 'anchors'],
  [`${'('.repeat(200)}a${')'.repeat(200)}`, '100 deep'],
])('%s is refused', (pattern, message) => {
  expect(() => parseRegex(pattern)).toThrow(message);
});
