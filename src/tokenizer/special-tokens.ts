import { tokenTypes, type Vocabulary } from './vocabulary.ts';

/** A stretch of text; guarded tokens are recognised only within one that is trusted. */
export interface TextSegment {
  readonly text: string;
  readonly trusted: boolean;
}

/** A token that is found in a text by its own text. */
export interface SpecialToken {
  readonly id: number;
  readonly text: string;
  /** Found in trusted segments only. */
  readonly guarded: boolean;
  /** White space behind it is dropped. */
  readonly stripsRight: boolean;
}

const utf8 = new TextEncoder();

/**
 * The vocabulary's special tokens, the one with the most bytes of UTF-8 first.
 *
 * `modelName`: the file's `general.name`. Phi-3's tokens strip the white space behind them, which GGUF has no key for;
 * llama.cpp tells it by the name.
 */
export function specialTokens(vocabulary: Vocabulary, modelName: string): SpecialToken[] {
  const isPhi3 = /phi-?3/i.test(modelName);
  const tokens: (SpecialToken & { readonly bytes: number })[] = [];
  for (const [id, text] of vocabulary.texts.entries()) {
    const guarded = vocabulary.isGuarded(id);
    if (!guarded && vocabulary.type(id) !== tokenTypes.userDefined) continue;
    const stripsRight = isPhi3 && !phi3KeepsRight.includes(text);
    tokens.push({ id, text, guarded, stripsRight, bytes: utf8.encode(text).length });
  }
  return tokens.sort((a, b) => b.bytes - a.bytes);
}

const phi3KeepsRight = ['<unk>', '<s>', '<|endoftext|>'];

/** Plain text, or a token that was found. */
export type Fragment = { readonly text: string } | { readonly id: number };

interface PlainText {
  readonly text: string;
  /** Where it begins in the joined text. */
  readonly start: number;
}

/** What C's `isspace` finds. */
const leadingSpace = /^[ \t-\r]+/;

/**
 * Cuts special tokens out of the segments' joined text: the first of `tokens` wherever it stands, then the second in
 * what is left, and so on, as llama.cpp does.
 */
export function cutSpecialTokens(segments: readonly TextSegment[], tokens: readonly SpecialToken[]): Fragment[] {
  // A lone surrogate has no UTF-8; like every encoder we take it for U+FFFD, which does not change the text's length.
  const joined = segments
    .map(({ text }) => text)
    .join('')
    .toWellFormed();
  const isTrusted = trustedRanges(segments);

  let fragments: (PlainText | { readonly id: number })[] = joined === '' ? [] : [{ text: joined, start: 0 }];
  for (const token of tokens) {
    if (!joined.includes(token.text)) continue;
    const isFound = (start: number) => !token.guarded || isTrusted(start, start + token.text.length);
    fragments = fragments.flatMap(fragment => ('id' in fragment ? [fragment] : cut(fragment, token, isFound)));
  }
  return fragments;
}

function cut({ text, start }: PlainText, token: SpecialToken, isFound: (start: number) => boolean) {
  const fragments: (PlainText | { readonly id: number })[] = [];
  const keep = (from: number, to: number) => {
    if (to > from) fragments.push({ text: text.slice(from, to), start: start + from });
  };
  let kept = 0;
  for (let at = text.indexOf(token.text); at >= 0; ) {
    let next = at + 1;
    if (isFound(start + at)) {
      keep(kept, at);
      fragments.push({ id: token.id });
      next = at + token.text.length;
      if (token.stripsRight) next += leadingSpace.exec(text.slice(next))?.[0].length ?? 0;
      kept = next;
    }
    at = text.indexOf(token.text, next);
  }
  keep(kept, text.length);
  return fragments;
}

/** Tells whether a range of the joined text lies within one trusted segment. */
function trustedRanges(segments: readonly TextSegment[]): (start: number, end: number) => boolean {
  const trusted: { start: number; end: number }[] = [];
  let length = 0;
  for (const segment of segments) {
    const start = length;
    length += segment.text.length;
    if (segment.trusted && length > start) trusted.push({ start, end: length });
  }
  return (start, end) => {
    // By halves: a prompt may have as many segments as it has tokens to find.
    let [low, high] = [0, trusted.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((trusted[middle]?.start ?? 0) <= start) low = middle;
      else high = middle;
    }
    const range = trusted[low];
    return range !== undefined && range.start <= start && end <= range.end;
  };
}
