import { describe, expect, test } from 'vitest';
import { Metadata, type MetadataValue } from '../gguf/metadata.ts';
import { createTokenizer } from './tokenizer.ts';

/** Tokens with their scores. */
const scored: [text: string, score: number][] = [
  ['▁', -2],
  ['a', -3],
  ['b', -3],
  ['c', -3.5],
  ['ab', -4],
  ['bc', -3],
  ['abc', -9],
  ['▁a', -3.5],
  ['▁ab', -6],
  ['🙂', -8],
];

const byteTexts = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);

interface Options {
  readonly byteTokens?: boolean;
  readonly metadata?: Readonly<Record<string, MetadataValue>>;
}

function tokenizer({ byteTokens = false, metadata = {} }: Options = {}) {
  const bytes = byteTokens ? byteTexts : [];
  const tokens = ['<pad>', '</s>', '<unk>', '<used>', ...scored.map(([text]) => text), ...bytes];
  const types = [3, 3, 2, 4, ...scored.map(() => 1), ...bytes.map(() => 6)];
  const values = {
    'tokenizer.ggml.model': 't5',
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.token_type': Int32Array.from(types),
    'tokenizer.ggml.scores': Float32Array.from([
      0,
      0,
      0,
      0,
      ...scored.map(([, score]) => score),
      ...bytes.map(() => -20),
    ]),
    ...metadata,
  };
  const created = createTokenizer(new Metadata(new Map<string, MetadataValue>(Object.entries(values))));
  const texts = (text: string, { addSpecial = false } = {}) =>
    created.encode([{ text, trusted: false }], { addSpecial }).map(id => tokens[id]);
  return { created, texts };
}

describe('the likeliest pieces', () => {
  const { texts } = tokenizer();

  test.each<[string, string[]]>([
    ['', []],
    ['abc', ['a', 'bc']], // -6, before -7.5, -9 and -9.5
    ['ab', ['ab']],
    ['aab', ['a', 'ab']],
    [' ab', ['▁ab']], // as likely as ▁ and ab, which are found later
    [' abc', ['▁a', 'bc']],
    ['a🙂', ['a', '🙂']],
    ['a<used>b', ['a', '<used>', 'b']],
  ])('%j', (text, expected) => expect(texts(text)).toEqual(expected));
});

describe('what is unknown', () => {
  test('becomes one token for a run of it', () => {
    expect(tokenizer().texts('azébz')).toEqual(['a', '<unk>', 'b', '<unk>']);
  });

  test('becomes its bytes where the vocabulary has them, and comes back', () => {
    const { created, texts } = tokenizer({ byteTokens: true });
    expect(texts('aé')).toEqual(['a', '<0xC3>', '<0xA9>']);
    expect(texts('<0x41>')).not.toContain('<0x41>');
    const decoder = created.decoder();
    const ids = created.encode([{ text: 'a zé\n🙃', trusted: false }], { addSpecial: false });
    expect(ids.map(decoder.push).join('') + decoder.flush()).toBe('a zé\n🙃');
  });
});

describe('blanks', () => {
  const spaces = (addPrefix: boolean, merge: boolean) =>
    tokenizer({
      metadata: {
        'tokenizer.ggml.add_space_prefix': addPrefix,
        'tokenizer.ggml.remove_extra_whitespaces': merge,
      },
    }).texts;

  test.each<[boolean, boolean, string, string]>([
    [false, false, 'c  c ', 'c▁▁c▁'],
    [true, false, 'c  c ', '▁c▁▁c▁'],
    [true, false, ' c', '▁▁c'],
    [true, false, '  ', '▁▁'],
    [true, true, '  c   c ', '▁c▁c'],
    [false, true, 'c', '▁c'],
    [true, true, '   ', ''],
  ])('prefix %j, merged %j: %j', (addPrefix, merge, text, expected) => {
    expect(spaces(addPrefix, merge)(text).join('')).toBe(expected);
  });
});

test('EOS comes last by default', () => {
  expect(tokenizer().texts('a', { addSpecial: true })).toEqual(['a', '</s>']);
  const both = { 'tokenizer.ggml.add_bos_token': true, 'tokenizer.ggml.bos_token_id': 0 };
  expect(tokenizer({ metadata: both }).texts('a', { addSpecial: true })).toEqual(['<pad>', 'a', '</s>']);
  const none = { 'tokenizer.ggml.add_eos_token': false };
  expect(tokenizer({ metadata: none }).texts('a', { addSpecial: true })).toEqual(['a']);
});

test('scores are required', () => {
  expect(() => tokenizer({ metadata: { 'tokenizer.ggml.scores': Float32Array.of(1) } })).toThrow(/1 values for/);
});
