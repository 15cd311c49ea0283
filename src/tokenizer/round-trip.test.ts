import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cpuTime } from '../../test/fixtures/cpu-time.ts';
import { tinyVocabulary } from '../../test/fixtures/tiny-vocabulary.ts';
import { Metadata, type MetadataValue } from '../gguf/metadata.ts';
import { preTokenizer, splitText } from './pre-tokenizers.ts';
import { createTokenizer, type Tokenizer } from './tokenizer.ts';

const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
const letters = [...'abcdefghijklmnopqrstuvwxyz'];

function create(values: Readonly<Record<string, MetadataValue>>): Tokenizer {
  return createTokenizer(new Metadata(new Map(Object.entries(values))));
}

function byteLevel(pre: string): Tokenizer {
  return create({ ...(tinyVocabulary().metadata as Record<string, MetadataValue>), 'tokenizer.ggml.pre': pre });
}

/** SentencePiece of either kind, with tokens for all bytes. */
function sentencePiece(model: 'llama' | 't5'): Tokenizer {
  const pieces = ['▁', ...letters, 'aa', 'aaaa', '▁▁', '▁▁▁▁', '▁the', 'ing', 'é'];
  const tokens = ['<unk>', '<s>', '</s>', ...bytes, ...pieces];
  return create({
    'tokenizer.ggml.model': model,
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.token_type': Int32Array.from(tokens, (_, id) => (id < 3 ? 3 : id < 259 ? 6 : 1)),
    'tokenizer.ggml.scores': Float32Array.from(tokens, (_, id) => -id / 10),
    'tokenizer.ggml.add_space_prefix': true,
  });
}

function wordPiece(): Tokenizer {
  const tokens = ['[UNK]', '[CLS]', '[SEP]', ...letters, ...letters.map(letter => `▁${letter}`), '▁the', 'aaaa', '▁.'];
  return create({
    'tokenizer.ggml.model': 'bert',
    'tokenizer.ggml.tokens': tokens,
    'tokenizer.ggml.token_type': Int32Array.from(tokens, (_, id) => (id < 3 ? 3 : 1)),
    'tokenizer.ggml.unknown_token_id': 0,
    'tokenizer.ggml.bos_token_id': 1,
    'tokenizer.ggml.seperator_token_id': 2,
  });
}

const encode = (tokenizer: Tokenizer, text: string) =>
  tokenizer.encode([{ text, trusted: false }], { addSpecial: false });

function decode(tokenizer: Tokenizer, ids: readonly number[]): string {
  const decoder = tokenizer.decoder();
  return ids.map(decoder.push).join('') + decoder.flush();
}

/** Any code points, and what tokenizers treat in their own ways. */
const texts = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.constantFrom(
        ' ',
        '   ',
        '\n',
        '\r\n\n',
        '\t ',
        "'s",
        "'LL",
        '12345',
        '…',
        'ﬁ',
        'e\u0301',
        '\ufeff',
        '▁',
        'the',
        '.',
      ),
    ),
    { maxLength: 12 },
  )
  .map(parts => parts.join(''));

const RUNS = { numRuns: 300 };

describe('a text of any characters comes back', () => {
  test.each(['default', 'gpt-2', 'llama-bpe', 'qwen2', 'gpt-4o', 'tekken', 'deepseek-llm', 'deepseek-v3'])(
    'byte-level, %s: exactly',
    pre => {
      const tokenizer = byteLevel(pre);
      fc.assert(
        fc.property(texts, text => {
          expect(decode(tokenizer, encode(tokenizer, text))).toBe(text);
        }),
        RUNS,
      );
    },
  );

  test('SentencePiece: with a blank in front, and ▁ as a blank', () => {
    const tokenizer = sentencePiece('llama');
    const expected = (text: string) => (text === '' ? '' : ` ${text.replaceAll('▁', ' ')}`);
    fc.assert(
      fc.property(texts, text => {
        expect(decode(tokenizer, encode(tokenizer, text))).toBe(expected(text));
      }),
      RUNS,
    );
  });

  test('unigram: with a blank before the first character that is none, and ▁ as a blank', () => {
    const tokenizer = sentencePiece('t5');
    const expected = (text: string) => text.replace(/[^ ]/, ' $&').replaceAll('▁', ' ');
    fc.assert(
      fc.property(texts, text => {
        expect(decode(tokenizer, encode(tokenizer, text))).toBe(expected(text));
      }),
      RUNS,
    );
  });

  test('WordPiece: as words that become the same tokens again', () => {
    const tokenizer = wordPiece();
    fc.assert(
      fc.property(texts, text => {
        const ids = encode(tokenizer, text);
        const known = ids.filter(id => id !== 0);
        expect(encode(tokenizer, decode(tokenizer, ids))).toEqual(known);
      }),
      RUNS,
    );
  });
});

describe('a megabyte of one character takes no long time', () => {
  const MEGABYTE = 2 ** 20;
  const kinds = {
    'byte-level': byteLevel('llama-bpe'),
    SentencePiece: sentencePiece('llama'),
    unigram: sentencePiece('t5'),
    WordPiece: wordPiece(),
  };

  test.each(Object.entries(kinds))('%s', { timeout: 60_000 }, (_name, tokenizer) => {
    for (const character of ['a', ' ']) {
      const start = cpuTime();
      expect(encode(tokenizer, character.repeat(MEGABYTE)).length).toBeLessThanOrEqual(MEGABYTE + 1);
      expect(cpuTime() - start).toBeLessThan(20_000);
    }
  });

  test.each(['default', 'llama-bpe', 'gpt-4o', 'deepseek-llm', 'deepseek-v3', 'exaone-moe'])(
    'words of %s',
    { timeout: 60_000 },
    pre => {
      const { patterns } = preTokenizer(pre);
      for (const character of ['a', ' ', '\n', '0']) {
        const text = `${character.repeat(MEGABYTE)}x`;
        const start = cpuTime();
        expect(splitText(text, patterns).join('')).toBe(text);
        expect(cpuTime() - start).toBeLessThan(10_000);
      }
    },
  );
});
