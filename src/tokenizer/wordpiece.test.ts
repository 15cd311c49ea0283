import { describe, expect, test } from 'vitest';
import { Metadata, type MetadataValue } from '../gguf/metadata.ts';
import { createTokenizer } from './tokenizer.ts';

const tokens = [
  ...['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'],
  ...['▁cafe', '▁caf', 'e', 's', '▁straße', '▁un', 'aff', 'able', '▁unaff', '▁a', '▁.', '▁$', '▁天', '▁A', '▁é'],
  ...['▁\u1112', '▁°', '°'],
];

function tokenizer(changes: Readonly<Record<string, MetadataValue>> = {}) {
  const values = {
    'tokenizer.ggml.model': 'bert',
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.token_type': Int32Array.from(tokens, (_, id) => (id < 5 ? 3 : 1)),
    'tokenizer.ggml.unknown_token_id': 1,
    'tokenizer.ggml.bos_token_id': 2,
    'tokenizer.ggml.seperator_token_id': 3,
    ...changes,
  };
  const created = createTokenizer(new Metadata(new Map<string, MetadataValue>(Object.entries(values))));
  const texts = (text: string, { trusted = false, addSpecial = false } = {}) =>
    created.encode([{ text, trusted }], { addSpecial }).map(id => tokens[id]);
  return { created, texts };
}

describe('a word becomes the longest tokens from left to right', () => {
  const { texts } = tokenizer();

  test.each<[string, string[]]>([
    ['', []],
    ['cafes', ['▁cafe', 's']],
    ['unaffable', ['▁unaff', 'able']],
    ['unable', ['▁un', 'able']],
    ['a  cafe\n\ta', ['▁a', '▁cafe', '▁a']],
    ['Café CAFÉS cafe\u0301s', ['▁cafe', '▁cafe', 's', '▁cafe', 's']],
    ['a.$a', ['▁a', '▁.', '▁$', '▁a']],
    ['a天a', ['▁a', '▁天', '▁a']],
    ['Straße', ['▁straße']],
    ['a\u0000\u200b\ufffdaff', ['▁a', 'aff']], // what cannot be seen is not there
    ['°', ['▁°']], // no symbol of ASCII's: part of a word
    ['a°', ['▁a', '°']],
    ['한', ['▁\u1112']], // of its letters, llama.cpp keeps the first
  ])('%j', (text, expected) => expect(texts(text)).toEqual(expected));
});

describe('a word that no tokens make is unknown as a whole', () => {
  test.each<[string, string[]]>([
    ['zebra', ['[UNK]']],
    ['cafez a', ['[UNK]', '▁a']],
    ['z.z', ['[UNK]', '▁.', '[UNK]']],
  ])('%j', (text, expected) => expect(tokenizer().texts(text)).toEqual(expected));

  test('and nothing where there is no unknown token', () => {
    expect(tokenizer({ 'tokenizer.ggml.unknown_token_id': 999 }).texts('z a')).toEqual(['▁a']);
  });
});

test('case and accents stay where the file says so', () => {
  const cased = tokenizer({ 'tokenizer.ggml.normalizer.lowercase': false });
  expect(cased.texts('A é e\u0301')).toEqual(['▁A', '▁é', '[UNK]']);
  const stripped = tokenizer({
    'tokenizer.ggml.normalizer.lowercase': false,
    'tokenizer.ggml.normalizer.strip_accents': true,
  });
  expect(stripped.texts('A café')).toEqual(['▁A', '▁cafe']);
});

test('texts are framed, whatever the file says, and once', () => {
  const { texts } = tokenizer({ 'tokenizer.ggml.add_bos_token': false, 'tokenizer.ggml.add_eos_token': false });
  expect(texts('a', { addSpecial: true })).toEqual(['[CLS]', '▁a', '[SEP]']);
  expect(texts('', { addSpecial: true })).toEqual(['[CLS]', '[SEP]']);
  expect(texts('[CLS]a', { addSpecial: true, trusted: true })).toEqual(['[CLS]', '▁a', '[SEP]']);
  expect(texts('[SEP]')).not.toContain('[SEP]');
});

test('pieces come back with a blank before each word', () => {
  const { created } = tokenizer();
  const decoder = created.decoder();
  const ids = created.encode([{ text: 'Cafés. Zebra', trusted: false }], { addSpecial: true });
  expect(ids.map(decoder.push).join('') + decoder.flush()).toBe(' cafes .');
  expect(created.longestToken).toBe(Number.POSITIVE_INFINITY);
});
