import { describe, expect, test } from 'vitest';
import { preTokenizer, splitText } from './pre-tokenizers.ts';

const split = (name: string, text: string) => splitText(text, preTokenizer(name).patterns);

describe.each<[name: string, text: string, words: string[]]>([
  ['gpt-2', "We'll  see,\n\n it's 12345!?", ['We', "'ll", ' ', ' see', ',', '\n\n', ' it', "'s", ' 12345', '!?']],
  ['gpt-2', "I'LL", ['I', "'", 'LL']],
  ['gpt-2', 'end  ', ['end', '  ']],
  ['smollm', 'in 2024', ['in', ' ', '2', '0', '2', '4']],
  ['llama-bpe', "I'LL pay 1234567\n\n  now", ['I', "'LL", ' pay', ' ', '123', '456', '7', '\n\n', ' ', ' now']],
  ['llama-bpe', '(word) +=\n x', ['(word', ')', ' +=\n', ' x']],
  ['qwen2', '(12)\r\n\t\tok', ['(', '1', '2', ')\r\n', '\t', '\tok']],
  ['qwen35', 'e\u0301t é', ['e\u0301t', ' é']],
  ['qwen2', 'e\u0301t', ['e', '\u0301t']],
  ['gpt-4o', "HelloWorld don't/\n", ['Hello', 'World', " don't", '/\n']],
  ['tekken', "HTMLPage don't 12", ['HTMLPage', ' don', "'t", ' ', '1', '2']],
  ['falcon', 'a+b==1234', ['a', '+', 'b', '==', '123', '4']],
  ['deepseek-coder', 'x = 12\n中文', ['x', ' = ', '1', '2', '\n', '中文']],
  ['deepseek-llm', 'Ünit x²y, 12\n中文字  ', ['Ü', 'nit', ' x', '²', 'y', ',', ' ', '12', '\n', '中文字', '  ']],
  ['deepseek-llm', ' \u212a\u3000\u3001!', [' ', '\u212a', '\u3000', '\u3001', '!']],
  ['ufakzeka', "İstanbul'da I'LL", ['İstanbul', "'da", ' I', "'LL"]],
  ['laguna', 'a  \nb', ['a', '  ', '\n', 'b']],
  ['exaone-moe', 'one two 3', ['one two', ' ', '3']],
  ['granite-embed-multi-97m', 'e\u0301tE', ['e\u0301t', 'E']],
  ['spark2_5', 'x1234!\n', ['x', '1', '2', '3', '4', '!', '\n']],
  ['deepseek-v3', 'call(x)1234 漢字', ['call', '(x', ')', '123', '4', ' ', '漢字']],
  ['default', 'a1234', ['a', '123', '4']],
  ['bloom', 'one, two', ['one', ',', ' two']],
  ['viking', 'a12', ['a', '1', '2']],
  // Unicode's white space, not JavaScript's: U+0085 is, U+FEFF is not.
  ['llama-bpe', 'a\u0085\u0085b', ['a', '\u0085', '\u0085b']],
  ['llama-bpe', 'a\ufeff\ufeff', ['a', '\ufeff\ufeff']],
])('%s', (name, text, words) => {
  test(JSON.stringify(text), () => expect(split(name, text)).toEqual(words));
});

test('loses nothing', () => {
  const text = " Größe\t12,5 €\u0000\u200b…\r\n\n  नमस्ते 'S 🙂🙂 ".repeat(3);
  for (const name of [
    'default',
    'gpt-2',
    'smollm',
    'falcon',
    'llama-bpe',
    'qwen2',
    'qwen35',
    'gpt-4o',
    'tekken',
    'bloom',
  ]) {
    expect(split(name, text).join('')).toBe(text);
  }
});

test('white space without end takes no long time', { timeout: 2000 }, () => {
  for (const name of ['default', 'llama-bpe', 'gpt-4o', 'deepseek-v3', 'bailingmoe']) {
    expect(split(name, `${' '.repeat(100_000)}x`).join('')).toHaveLength(100_001);
  }
});

test('knows what goes with a name', () => {
  expect(preTokenizer('llama-bpe')).toMatchObject({ ignoreMerges: true, addBos: true });
  expect(preTokenizer('qwen2')).toMatchObject({ ignoreMerges: false, addBos: false });
});

test.each(['kimi-k2', 'toString', ''])('does not guess: %j', name => {
  expect(() => preTokenizer(name)).toThrow(
    expect.objectContaining({
      code: 'unsupported_tokenizer',
      message: expect.stringContaining(`'${name}'; known are`),
    }),
  );
});
