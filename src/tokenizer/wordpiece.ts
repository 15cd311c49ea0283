import type { Metadata } from '../gguf/metadata.ts';
import type { TokenModel } from './token-model.ts';
import { Trie } from './trie.ts';
import type { Vocabulary } from './vocabulary.ts';

/** In front of a token that begins a word, as converters write it; BERT's own vocabularies mark the others instead. */
const WORD_START = '▁';

/**
 * WordPiece, the `bert` tokenizers: each word becomes the longest tokens that it can be made of from left to right, or
 * the unknown token as a whole. Devlin et al., https://arxiv.org/abs/1810.04805
 */
export function wordPiece(metadata: Metadata, vocabulary: Vocabulary): TokenModel {
  const trie = new Trie(vocabulary.ids);
  const unknownId = vocabulary.special('unknown');
  const lowercase = metadata.optionalBoolean('tokenizer.ggml.normalizer.lowercase') ?? true;
  const stripAccents = metadata.optionalBoolean('tokenizer.ggml.normalizer.strip_accents') ?? lowercase;

  return {
    addBos: true,
    addEos: false,
    framed: true,
    drops: true,
    encode(text, _first, output) {
      for (const word of words(text, { lowercase, stripAccents })) {
        const before = output.length;
        if (longestTokens(WORD_START + word, trie, output)) continue;
        output.length = before;
        if (unknownId !== undefined) output.push(unknownId);
      }
    },
    bytes: text => new TextEncoder().encode(text.replaceAll(WORD_START, ' ')),
  };
}

/** Appends the tokens; tells whether they make all of the word. */
function longestTokens(word: string, trie: Trie, output: number[]): boolean {
  for (let start = 0; start < word.length; ) {
    let longest: { id: number; end: number } | undefined;
    let node: number | undefined = Trie.ROOT;
    for (let at = start; at < word.length; at++) {
      node = trie.child(node, word.charCodeAt(at));
      if (node === undefined) break;
      const id = trie.value(node);
      if (id !== undefined) longest = { id, end: at + 1 };
    }
    if (longest === undefined) return false;
    output.push(longest.id);
    start = longest.end;
  }
  return true;
}

interface Normalisation {
  readonly lowercase: boolean;
  readonly stripAccents: boolean;
}

const whiteSpace = /\p{White_Space}/u;
const dropped = /[\ufffd\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u;
const mark = /\p{M}/u;
/** Punctuation, ASCII's symbols, and Chinese characters, in the blocks that BERT names. */
const standsAlone =
  /[\p{P}$+<=>^`|~\u{4e00}-\u{9fff}\u{3400}-\u{4dbf}\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\u{f900}-\u{faff}\u{2f800}-\u{2fa1f}]/u;

/**
 * BERT's words, as llama.cpp finds them. One difference to the original: of a character's canonical decomposition only
 * the first is kept, which matters where it is no mark that follows: in Hangul.
 */
function words(text: string, { lowercase, stripAccents }: Normalisation): string[] {
  const found: string[] = [];
  let word = '';
  const end = () => {
    if (word !== '') found.push(word);
    word = '';
  };
  for (const original of text) {
    const character = stripAccents ? firstOf(original.normalize('NFD')) : original;
    if (whiteSpace.test(character)) {
      end();
    } else if (!dropped.test(character) && !(stripAccents && mark.test(character))) {
      const written = lowercase ? firstOf(character.toLowerCase()) : character;
      if (standsAlone.test(character)) {
        end();
        found.push(written);
      } else {
        word += written;
      }
    }
  }
  end();
  return found;
}

/** The first code point. */
function firstOf(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0);
}
