import { describe, expect, test } from 'vitest';
import { CharacterMap } from './character-map.ts';

/**
 * The bytes of a map, its double array built in the plainest way: each node takes the first offset at which all of its
 * children's places are free.
 */
function charsmap(rules: Readonly<Record<string, string>>): Uint8Array {
  const utf8 = new TextEncoder();
  const replacements: number[] = [];
  interface Node {
    readonly children: Map<number, Node>;
    value?: number;
  }
  const root: Node = { children: new Map() };
  for (const [from, to] of Object.entries(rules)) {
    let node = root;
    for (const byte of utf8.encode(from)) {
      const child: Node = node.children.get(byte) ?? { children: new Map() };
      node.children.set(byte, child);
      node = child;
    }
    node.value = replacements.length;
    replacements.push(...utf8.encode(to), 0);
  }
  const units = new Map<number, number>([[0, 0]]);
  const place = (node: Node, index: number) => {
    const labels = [...(node.value === undefined ? [] : [0]), ...node.children.keys()];
    let offset = 1;
    while (labels.some(label => units.has(index ^ offset ^ label))) offset++;
    units.set(index, (units.get(index) ?? 0) | (offset << 10) | (node.value === undefined ? 0 : 1 << 8));
    for (const label of labels) units.set(index ^ offset ^ label, label === 0 ? (node.value ?? 0) + 2 ** 31 : label);
    for (const [label, child] of node.children) place(child, index ^ offset ^ label);
  };
  place(root, 0);
  const size = Math.max(...units.keys()) + 1;
  const words = Uint32Array.from({ length: size + 1 }, (_, i) => (i === 0 ? size * 4 : (units.get(i - 1) ?? 0)));
  return Uint8Array.from([...new Uint8Array(words.buffer), ...replacements]);
}

describe('replaces the longest string that has a rule', () => {
  const map = new CharacterMap(charsmap({ ﬁ: 'fi', Ａ: 'A', e: 'E', 'e\u0301': 'é', '\u200b': '', '\t': ' ' }));

  test.each([
    ['', ''],
    ['no rules', 'no rulEs'],
    ['ﬁne Ａ', 'finE A'],
    ['e\u0301e', 'éE'],
    ['a\u200b\tb', 'a b'],
    ['🙂ﬁ\u0000ﬁ', '🙂fi\u0000fi'],
    ['\ufeffﬁ', '\ufefffi'],
  ])('%j', (text, expected) => expect(map.apply(text)).toBe(expected));
});

test('signed bytes are the same bytes', () => {
  const bytes = charsmap({ ﬁ: 'fi' });
  expect(new CharacterMap(new Int8Array(bytes.buffer)).apply('ﬁ')).toBe('fi');
});

describe('refuses', () => {
  const word = (value: number) => [...new Uint8Array(Uint32Array.of(value).buffer)];

  test.each<[string, number[]]>([
    ['no bytes', []],
    ['an array beyond the end', [...word(400), 1, 2, 3, 4]],
    ['half a word', [...word(3), 1, 2, 3, 0]],
    ['a replacement without an end', [...word(4), ...word(0), 65]],
    ['an endless replacement', [...word(4), ...word(0), ...Array.from({ length: 300 }, () => 65), 0]],
  ])('%s', (_name, bytes) => {
    const invalid = expect.objectContaining({ code: 'invalid_gguf' });
    expect(() => new CharacterMap(Uint8Array.from(bytes))).toThrow(invalid);
  });
});

test('an array that goes round in circles ends', { timeout: 5000 }, () => {
  // Each node's children are itself: the label of every place is that of "a".
  const units = Uint32Array.from({ length: 512 }, () => 'a'.charCodeAt(0));
  const bytes = new Uint8Array([
    ...new Uint8Array(Uint32Array.of(units.byteLength).buffer),
    ...new Uint8Array(units.buffer),
    0,
  ]);
  expect(new CharacterMap(bytes).apply('a'.repeat(100_000))).toHaveLength(100_000);
});
