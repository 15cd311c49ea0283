import { describe, expect, test } from 'vitest';
import { Metadata, type MetadataValue } from '../gguf/metadata.ts';
import { createTokenizer } from './tokenizer.ts';

interface Options {
  readonly byteTokens?: boolean;
  readonly metadata?: Readonly<Record<string, MetadataValue>>;
}

/** Scores fall along the list, so that earlier pieces are joined first. */
const pieces = ['▁', 'a', 'b', 'c', '▁a', 'ab', 'bc', 'abc', '▁▁'];

function tokenizer({ byteTokens = true, metadata = {} }: Options = {}) {
  const byteTexts = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const bytes = byteTokens ? byteTexts : [];
  const tokens = ['<unk>', '<s>', '</s>', ...bytes, ...pieces];
  const types = [2, 3, 3, ...bytes.map(() => 6), ...pieces.map(() => 1)];
  const values = {
    'tokenizer.ggml.model': 'llama',
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.token_type': Int32Array.from(types),
    'tokenizer.ggml.scores': Float32Array.from(tokens, (_, id) => -id),
    'tokenizer.ggml.unknown_token_id': 0,
    ...metadata,
  };
  const created = createTokenizer(new Metadata(new Map<string, MetadataValue>(Object.entries(values))));
  /** The texts of what plain text becomes; trusted text when `trusted`. */
  const texts = (text: string, { trusted = false, addSpecial = false } = {}) =>
    created.encode([{ text, trusted }], { addSpecial }).map(id => tokens[id]);
  return { ...created, created, texts };
}

describe('joins by score', () => {
  const { texts } = tokenizer({ metadata: { 'tokenizer.ggml.add_space_prefix': false } });

  test.each([
    ['', []],
    ['abc', ['abc']],
    ['bcc', ['bc', 'c']],
    ['a  abc', ['a', '▁', '▁a', 'bc']],
    [' abc', ['▁a', 'bc']],
  ])('%j', (text, expected) => expect(texts(text)).toEqual(expected));
});

describe('a blank goes before the text and behind special tokens', () => {
  const { texts } = tokenizer();

  test.each([
    ['abc', ['▁a', 'bc']],
    ['<s>abc', ['<s>', '▁a', 'bc']],
    ['b</s> b', ['▁', 'b', '</s>', '▁▁', 'b']],
  ])('%j', (text, expected) => expect(texts(text, { trusted: true })).toEqual(expected));
});

test('BOS comes first by default, and once', () => {
  const { texts } = tokenizer();
  expect(texts('b', { addSpecial: true })).toEqual(['<s>', '▁', 'b']);
  expect(texts('<s>b', { addSpecial: true, trusted: true })).toEqual(['<s>', '▁', 'b']);
  expect(texts('', { addSpecial: true })).toEqual(['<s>']);
  const other = tokenizer({
    metadata: { 'tokenizer.ggml.add_bos_token': false, 'tokenizer.ggml.add_eos_token': true },
  });
  expect(other.texts('b', { addSpecial: true })).toEqual(['▁', 'b', '</s>']);
});

describe('a character that is no token', () => {
  const prefix = { 'tokenizer.ggml.add_space_prefix': false };

  test('becomes bytes', () => {
    expect(tokenizer({ metadata: prefix }).texts('a🙂')).toEqual(['a', '<0xF0>', '<0x9F>', '<0x99>', '<0x82>']);
  });

  test('becomes unknown in a vocabulary without bytes', () => {
    expect(tokenizer({ metadata: prefix, byteTokens: false }).texts('a🙂é')).toEqual(['a', '<unk>', '<unk>']);
  });

  test('becomes nothing in a vocabulary without either', () => {
    const none = { ...prefix, 'tokenizer.ggml.unknown_token_id': 2 ** 32 - 1 };
    expect(tokenizer({ metadata: none, byteTokens: false }).texts('a🙂b')).toEqual(['a', 'b']);
  });
});

test('bytes come back, and ▁ as a blank', () => {
  const { created } = tokenizer();
  const text = 'abc  🙂';
  const decoder = created.decoder();
  const ids = created.encode([{ text, trusted: false }], { addSpecial: true });
  expect(ids.map(decoder.push).join('') + decoder.flush()).toBe(` ${text}`);
  expect(created.text(1)).toBe('<s>');
  expect(created.bytes(1)).toHaveLength(0);
  expect(created.bytes(3 + 0x0a)).toEqual(Uint8Array.of(0x0a));
});

test('scores are required', () => {
  expect(() => tokenizer({ metadata: { 'tokenizer.ggml.scores': Float32Array.of(1) } })).toThrow(/1 values for/);
});
