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
const upper = '(?![a-z])\\p{L}';
const lower = '(?![A-Z])\\p{L}';
const cased = (ending: string) => [
  `[^\\r\\n\\p{L}\\p{N}]?(?:${upper})*(?:${lower})+${ending}`,
  `[^\\r\\n\\p{L}\\p{N}]?(?:${upper})+(?:${lower})*${ending}`,
];
const symbolsAndSlashes = ` ?[^${space}\\p{L}\\p{N}]+[\\r\\n/]*`;

const digit = '\\p{N}';
const upToThreeDigits = '\\p{N}{1,3}';

/** Words of letters and marks, of symbols behind ASCII punctuation, and so on: DeepSeek's. */
const deepSeekWords = [
  '[!-\\/:-@\\[-`\\{-~][A-Za-z]+',
  '[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+',
  ' ?[\\p{P}\\p{S}]+[\\r\\n]*',
  ...linesAndSpaces,
];

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
    names: ['gpt-2', 'phi-2', 'olmo', 'mpt', 'jais', 'exaone4', 'mellum', 'gigachat', 'trillion', 'granite-docling'],
    cut: [gpt2Words],
  },
  {
    names: ['starcoder', 'refact', 'smollm', 'command-r', 'codeshell', 'exaone', 'minerva-7b', 'mellum2'],
    cut: [[digit], gpt2Words],
  },
  { names: ['falcon'], cut: [['[\\p{P}$+<=>^~|`]+'], gpt2Words, ['[0-9]{3}']] },
  {
    names: ['llama-bpe', 'llama3', 'llama-v3', 'falcon3', 'falcon-h1', 'pixtral', 'lfm2', 'midm-2.0'],
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
    names: ['qwen2', 'deepseek-r1-qwen', 'megrez', 'stablelm2', 'hunyuan', 'solar-open', 'grok-2', 'kormo'],
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
    names: ['gpt-4o', 'llama4', 'kanana2', 'minimax-m2'],
    cut: [[...cased(`(?:${contraction})?`), upToThreeDigits, symbolsAndSlashes, ...linesAndSpaces]],
  },
  {
    names: ['tekken'],
    cut: [[...cased(''), digit, symbolsAndSlashes, ...linesAndSpaces]],
    ignoreMerges: true,
    addBos: true,
  },
  {
    names: ['deepseek-coder'],
    cut: [
      ['[\\r\\n]'],
      [`${space}?\\p{L}+`],
      [`${space}?\\p{P}+`],
      ['[\\u4e00-\\u9fa5\\u0800-\\u4e00\\uac00-\\ud7ff]+'],
      [digit],
    ],
  },
  {
    names: ['deepseek-v3', 'hunyuan-dense', 'joyai-llm'],
    cut: [[upToThreeDigits], ['[\\u4e00-\\u9fa5\\u3040-\\u30ff]+'], deepSeekWords],
  },
  {
    names: ['bailingmoe', 'bailingmoe2', 'llada-moe'],
    cut: [[contraction, word, digit, symbols, `${space}*[\\r\\n]`, ...spaces]],
  },
  {
    names: ['seed-coder'],
    cut: [[contraction, word, digit, ` ?[^${space}\\p{L}\\p{N}]+`, ...linesAndSpaces]],
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
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) pieces.push(text.slice(end, match.index));
    pieces.push(match[0]);
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push(text.slice(end));
  return pieces;
}
