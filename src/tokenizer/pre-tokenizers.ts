/**
 * How byte-level tokenizers cut a text into words before pairs are merged, by `tokenizer.ggml.pre`.
 *
 * The patterns are those that llama.cpp runs, which differ in places from the models' own (`\p{M}` is missing in some):
 * https://github.com/ggml-org/llama.cpp/blob/master/src/llama-vocab.cpp
 */
import { ModelError } from '../errors.ts';

export interface PreTokenizer {
  /** Each cuts what the one before it left whole; see {@link splitText}. */
  readonly patterns: readonly RegExp[];
  /** A word that is a token is taken as it is. */
  readonly ignoreMerges: boolean;
  /** Whether a text begins with BOS when the file does not say. */
  readonly addBos: boolean;
}

// JavaScript's \s has U+FEFF and lacks U+0085; the tokenizers' \s is Unicode's.
const space = '\\p{White_Space}';
const notSpace = '\\P{White_Space}';

/** What most patterns are made of. */
const contraction = "'(?:[sStTmMdD]|[rR][eE]|[vV][eE]|[lL][lL])";
const word = '[^\\r\\n\\p{L}\\p{N}]?\\p{L}+';
const symbols = ` ?[^${space}\\p{L}\\p{N}]+[\\r\\n]*`;
const spaces = [`${space}+(?!${notSpace})`, `${space}+`];
const linesAndSpaces = [`${space}*[\\r\\n]+`, ...spaces];

const gpt2Words = ["'(?:[stmd]|re|ve|ll)", ' ?\\p{L}+', ' ?\\p{N}+', ` ?[^${space}\\p{L}\\p{N}]+`, ...spaces];

/** Letters with capitals first, then small ones; letters other than ASCII's count as both. */
const cased = (ending: string, letter = '\\p{L}') => [
  `[^\\r\\n\\p{L}\\p{N}]?(?:(?![a-z])${letter})*(?:(?![A-Z])${letter})+${ending}`,
  `[^\\r\\n\\p{L}\\p{N}]?(?:(?![a-z])${letter})+(?:(?![A-Z])${letter})*${ending}`,
];
const symbolsAndSlashes = ` ?[^${space}\\p{L}\\p{N}]+[\\r\\n/]*`;

const digit = '\\p{N}';
const upToThreeDigits = '\\p{N}{1,3}';

/** A wide range that has some white space in it, which counts as such. */
const eastern = `(?:(?!${space})[\\u0800-\\u9fa5\\uac00-\\ud7ff])+`;

const chineseAndKana = '[\\u4e00-\\u9fa5\\u3040-\\u30ff]+';

/** Words of letters and marks, of symbols behind ASCII punctuation, and so on: DeepSeek's. */
const deepSeekWords = [
  '[!-\\/:-@\\[-`\\{-~][A-Za-z]+',
  '[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+',
  ' ?[\\p{P}\\p{S}]+[\\r\\n]*',
  ...linesAndSpaces,
];

/** Letters with a case, as they were when DeepSeek listed them: code points and ranges in hexadecimal. */
const deepSeekLetters =
  '41-5a 61-7a b5 c0-d6 d8-f6 f8-1ba 1bc-1bf 1c4-293 295-2af 370-373 376 377 37b-37d 37f 386 388-38a 38c ' +
  '38e-3a1 3a3-3f5 3f7-481 48a-52f 531-556 10a0-10c5 13a0-13f5 13f8-13fd 1c90-1cba 1cbd-1cbf 1d00-1d2b ' +
  '1d6b-1d77 1d79-1d9a 1e00-1f15 1f18-1f1d 1f20-1f45 1f48-1f4d 1f50-1f57 1f59 1f5b 1f5d 1f5f-1f7d 1f80-1fb4 ' +
  '1fb6-1fbc 1fbe 1fc2-1fc4 1fc6-1fcc 1fd0-1fd3 1fd6-1fdb 1fe0-1fec 1ff2-1ff4 1ff6-1ffc 2102 2107 210a-2113 ' +
  '2115 2119-211d 2124 2126 2128 212a-212d 212f-2134 2139 213c-213f 2145-2149 214e 2183 2184 2c00-2c7b ' +
  '2c7e-2ce4 2ceb-2cee 2cf2 2cf3 a640-a66d a680-a69b a722-a76f a771-a787 a78b-a78e ab70-abbf fb00-fb06 ' +
  'fb13-fb17 ff21-ff3a ff41-ff5a 10400-1044f 104b0-104d3 104d8-104fb 10c80-10cb2 10cc0-10cf2 118a0-118df ' +
  '1e900-1e943';

const codePoints = (ranges: string) => ranges.replaceAll(/[0-9a-f]+/g, '\\u{$&}').replaceAll(' ', '');

interface Entry {
  readonly names: readonly string[];
  /** Patterns, each a list of alternatives. */
  readonly cut: readonly (readonly string[])[];
  readonly ignoreMerges?: boolean;
  readonly addBos?: boolean;
}

const table: readonly Entry[] = [
  { names: ['default'], cut: [['[\\p{P}$+<=>^~|]+'], gpt2Words, ['\\p{N}+'], ['[0-9]{3}']] },
  {
    names: [
      ...['gpt-2', 'phi-2', 'olmo', 'mpt', 'jais', 'exaone4', 'mellum', 'gigachat', 'trillion', 'granite-docling'],
      ...['a.x-4.0', 'roberta-bpe', 'modern-bert', 'jina-v1-en', 'jina-es', 'jina-de'],
      ...['jina-v2-es', 'jina-v2-de', 'jina-v2-code'],
    ],
    cut: [gpt2Words],
  },
  {
    names: ['starcoder', 'refact', 'smollm', 'command-r', 'codeshell', 'exaone', 'minerva-7b', 'mellum2'],
    cut: [[digit], gpt2Words],
  },
  { names: ['falcon'], cut: [['[\\p{P}$+<=>^~|`]+'], gpt2Words, ['[0-9]{3}']] },
  {
    names: ['llama-bpe', 'llama3', 'llama-v3', 'falcon3', 'falcon-h1', 'pixtral', 'lfm2', 'midm-2.0', 'jina-v5-nano'],
    cut: [[contraction, word, upToThreeDigits, symbols, ...linesAndSpaces]],
    ignoreMerges: true,
    addBos: true,
  },
  {
    names: ['chatglm-bpe', 'glm4', 'dbrx', 'smaug-bpe'],
    cut: [[contraction, word, upToThreeDigits, symbols, ...linesAndSpaces]],
  },
  {
    names: ['minicpm5'],
    cut: [[upToThreeDigits], [contraction, word, '\\p{N}+', symbols, ...linesAndSpaces]],
    ignoreMerges: true,
  },
  {
    names: ['qwen2', 'deepseek-r1-qwen', 'megrez', 'stablelm2', 'hunyuan', 'solar-open', 'grok-2', 'kormo', 'f2llmv2'],
    cut: [[contraction, word, digit, symbols, ...linesAndSpaces]],
  },
  {
    names: ['qwen35'],
    cut: [
      [
        contraction,
        '[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+',
        digit,
        ` ?[^${space}\\p{L}\\p{M}\\p{N}]+[\\r\\n]*`,
        ...linesAndSpaces,
      ],
    ],
  },
  {
    names: ['gpt-4o', 'llama4', 'kanana2', 'minimax-m2', 'talkie'],
    cut: [[...cased(`(?:${contraction})?`), upToThreeDigits, symbolsAndSlashes, ...linesAndSpaces]],
  },
  {
    names: ['granite-embed-multi-97m'],
    cut: [
      [...cased(`(?:${contraction})?`, '[\\p{L}\\p{M}]'), ...[upToThreeDigits, symbolsAndSlashes, ...linesAndSpaces]],
    ],
    ignoreMerges: true,
  },
  {
    names: ['tekken'],
    cut: [[...cased(''), digit, symbolsAndSlashes, ...linesAndSpaces]],
    ignoreMerges: true,
    addBos: true,
  },
  {
    names: ['deepseek-coder'],
    cut: [['[\\r\\n]'], [`${space}?\\p{L}+`], [`${space}?\\p{P}+`], [eastern], [digit]],
  },
  {
    names: ['deepseek-v3', 'hunyuan-dense', 'joyai-llm', 'hy_v4'],
    cut: [[upToThreeDigits], [chineseAndKana], deepSeekWords],
  },
  {
    names: ['bailingmoe', 'bailingmoe2', 'llada-moe'],
    cut: [[contraction, word, digit, symbols, `${space}*[\\r\\n]`, ...spaces]],
  },
  {
    names: ['seed-coder'],
    cut: [[contraction, word, digit, ` ?[^${space}\\p{L}\\p{N}]+`, ...linesAndSpaces]],
  },
  {
    names: ['deepseek-llm'],
    cut: [
      ['[\\r\\n]'],
      [`${space}?[${codePoints(deepSeekLetters)}]+`],
      [`${space}?[!-\\/:-~\\uff01-\\uff0f\\uff1a-\\uff5e\\u2018-\\u201f\\u3001\\u3002]+`],
      [`(?<!${space})${space}+$`],
      [eastern],
      ['\\p{N}+'],
    ],
  },
  {
    names: ['spark2_5'],
    cut: [
      [upToThreeDigits],
      [chineseAndKana],
      [...deepSeekWords.slice(0, 2), ' ?[\\p{P}\\p{S}]+', '[\\r\\n]', ...spaces],
      [digit],
    ],
  },
  { names: ['ufakzeka'], cut: [[word, digit, symbols, ...linesAndSpaces]] },
  {
    names: ['laguna'],
    cut: [
      ['[^\\n]+', '\\n+'],
      [contraction, word, digit, symbols, ...linesAndSpaces],
    ],
  },
  {
    names: ['exaone-moe'],
    cut: [
      [
        contraction,
        '[^\\r\\n\\p{L}\\p{N}]?(?:\\p{L}\\p{M}*(?: \\p{L}\\p{M}*)*)+',
        digit,
        ` ?[^${space}\\p{L}\\p{N}]+[\\r\\n/]?`,
        `${space}*[\\r\\n]`,
        ...spaces,
      ],
    ],
  },
  { names: ['bloom', 'poro-chat', 'gpt3-finnish'], cut: [[` ?[^(${space}|.,!?…。，、।۔،)]+`]] },
  { names: ['viking'], cut: [[` ?[^(${space}|.,!?…。，、।۔،)]+`], [digit]] },
];

/** @throws ModelError `unsupported_tokenizer` for a name that is not in the table. */
export function preTokenizer(name: string): PreTokenizer {
  const entry = table.find(({ names }) => names.includes(name));
  if (entry === undefined) {
    const known = table.flatMap(({ names }) => names).join(', ');
    const message = `The model's tokenizer.ggml.pre is '${name}'; known are ${known}.`;
    throw new ModelError(message, 'unsupported_tokenizer');
  }
  const { cut, ignoreMerges = false, addBos = false } = entry;
  return { patterns: cut.map(choices => new RegExp(choices.join('|'), 'gu')), ignoreMerges, addBos };
}

/** Each pattern in turn cuts every piece into its matches and what lies between them. */
export function splitText(text: string, patterns: readonly RegExp[]): string[] {
  let pieces = [text];
  for (const pattern of patterns) pieces = pieces.flatMap(piece => isolateMatches(piece, pattern));
  return pieces;
}

function isolateMatches(text: string, pattern: RegExp): string[] {
  const pieces: string[] = [];
  let end = 0;
  // By exec, since matchAll makes a pattern of its own each time, and pieces may be many and short.
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    if (match.index > end) pieces.push(text.slice(end, match.index));
    pieces.push(match[0]);
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push(text.slice(end));
  return pieces;
}
