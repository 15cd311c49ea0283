import { ModelError } from '../errors.ts';
import type { Metadata } from '../gguf/metadata.ts';
import { byteFallback } from './byte-tokens.ts';
import { CharacterMap } from './character-map.ts';
import type { TokenModel } from './token-model.ts';
import { Trie } from './trie.ts';
import { tokenTypes, type Vocabulary } from './vocabulary.ts';

const SPACE = '▁';

/** How much less likely an unknown character is than the least likely token; SentencePiece's number. */
const UNKNOWN_PENALTY = 10;

const utf8 = new TextEncoder();

/**
 * The likeliest of all ways to cut a text into tokens, the `t5` tokenizers. Kudo, https://arxiv.org/abs/1804.10959;
 * the normalisation before it as llama.cpp does it.
 *
 * A character that is no token becomes its bytes' tokens where the vocabulary has those, as in SentencePiece (llama.cpp
 * knows none here); else a run of such characters becomes one unknown token.
 */
export function unigram(metadata: Metadata, vocabulary: Vocabulary): TokenModel {
  const scores = vocabulary.perToken('tokenizer.ggml.scores');
  if (scores === undefined) throw new ModelError("The model's tokenizer.ggml.scores is missing.", 'invalid_gguf');
  const normalise = normaliser(metadata);
  const unknownId = vocabulary.special('unknown');
  const bytesOf = byteFallback(vocabulary.ids);
  let least = 0;
  for (const [id, score] of scores.entries()) {
    if (vocabulary.type(id) === tokenTypes.normal) least = Math.min(least, score);
  }
  const trie = new Trie(new Map([...vocabulary.ids].filter(([, id]) => vocabulary.type(id) !== tokenTypes.byte)));
  const scoreOf = (id: number) => (vocabulary.type(id) === tokenTypes.userDefined ? 0 : (scores[id] ?? 0));

  return {
    addBos: false,
    addEos: true,
    drops: true,
    encode(text, _first, output) {
      const normal = normalise(text);
      let afterUnknown = false;
      for (const { piece, id } of likeliest(normal, { trie, scoreOf, unknownScore: least - UNKNOWN_PENALTY })) {
        const known = id === undefined ? bytesOf(piece) : [id];
        if (known) output.push(...known);
        else if (unknownId !== undefined && !afterUnknown) output.push(unknownId);
        afterUnknown = known === undefined;
      }
    },
    bytes: text => utf8.encode(text.replaceAll(SPACE, ' ')),
  };
}

interface Scoring {
  readonly trie: Trie;
  readonly unknownScore: number;
  scoreOf(id: number): number;
}

/** Viterbi's search over the ends of all tokens at each code point; pieces without an id are unknown characters. */
function likeliest(
  text: string,
  { trie, scoreOf, unknownScore }: Scoring,
): { piece: string; id: number | undefined }[] {
  const NONE = -1;
  const best = new Float64Array(text.length + 1).fill(Number.NEGATIVE_INFINITY);
  const starts = new Int32Array(text.length + 1); // of the best piece that ends here
  const ids = new Int32Array(text.length + 1);
  best[0] = 0;
  const offer = (start: number, end: number, id: number, score: number) => {
    const sum = (best[start] ?? 0) + score;
    if (!(sum > (best[end] ?? 0))) return;
    best[end] = sum;
    starts[end] = start;
    ids[end] = id;
  };
  for (let start = 0; start < text.length; ) {
    const next = start + ((text.codePointAt(start) ?? 0) > 0xffff ? 2 : 1);
    let known = false;
    let node: number | undefined = Trie.ROOT;
    for (let at = start; at < text.length; at++) {
      node = trie.child(node, text.charCodeAt(at));
      if (node === undefined) break;
      const id = trie.value(node);
      if (id === undefined) continue;
      offer(start, at + 1, id, scoreOf(id));
      known ||= at + 1 === next;
    }
    if (!known) offer(start, next, NONE, unknownScore);
    start = next;
  }

  const pieces = [];
  for (let end = text.length; end > 0; end = starts[end] ?? 0) {
    const id = ids[end] ?? NONE;
    pieces.push({ piece: text.slice(starts[end], end), id: id === NONE ? undefined : id });
  }
  return pieces.reverse();
}

/** Characters by the file's map, blanks as ▁, one in front and no two together where the file says so. */
function normaliser(metadata: Metadata): (text: string) => string {
  const charsmap = metadata.optionalNumbers('tokenizer.ggml.precompiled_charsmap');
  const map = charsmap && new CharacterMap(charsmap);
  const addPrefix = metadata.optionalBoolean('tokenizer.ggml.add_space_prefix') ?? false;
  const mergeSpaces = metadata.optionalBoolean('tokenizer.ggml.remove_extra_whitespaces') ?? false;
  return text => {
    const mapped = map?.apply(text) ?? text;
    if (mergeSpaces) {
      const runs = mapped.split(' ').filter(run => run !== '');
      return runs.map(run => SPACE + run).join('');
    }
    const prefixed = addPrefix ? mapped.replace(/[^ ]/, `${SPACE}$&`) : mapped;
    return prefixed.replaceAll(' ', SPACE);
  };
}
