import type { PromptSegment } from '../engine/engine.ts';

/**
 * Keeps text of messages from becoming control tokens. A tokenizer recognises control tokens only within one trusted
 * segment, so it is enough that no control token *begins* in a message: each character that might begin one is put
 * between two marks before the template runs, and comes out as an untrusted segment of its own. Marking single characters
 * rather than whole tokens holds when the template joins the text to other text, cuts pieces out of it, or changes the
 * case of what follows. A mark that has lost its other half still parts two segments, which can only break a token up.
 *
 * Templates search messages for texts such as `</think>`; those that a template names are left as they are, unless a
 * control token begins like them. And where the template itself leaves a control token open (`'<' + name + '>'`), the
 * message must not complete it, so the first character of what would is marked too.
 */
export interface Guard {
  /** The same value with every string, keys included, marked. */
  protect(value: unknown): unknown;
  /** The same text, marked. */
  text(text: string): string;
  /** What the template made of it, without the marks. */
  segments(rendered: string): PromptSegment[];
}

// Noncharacters, "for internal use" by https://www.unicode.org/faq/private_use.html#noncharacters
const OPEN = '\uFDD0';
const CLOSE = '\uFDD1';
const MARKS = /[\uFDD0\uFDD1]/g;
/** A marked character, which `tojson` may have escaped (`\uXXXX` at longest) or upper-casing lengthened; or a lone mark. */
const MARKED = /\uFDD0([^\uFDD0\uFDD1]{1,6})\uFDD1|[\uFDD0\uFDD1]/;

/** @param templateTexts All literal text in the template: what it writes and what it searches for. */
export function createGuard(controlTokens: readonly string[], templateTexts: readonly string[]): Guard {
  const tokens = controlTokens.filter(token => token !== '');
  const firstCharacters = new Set(tokens.map(firstCharacter));
  const searched = templateTexts.filter(text => {
    return firstCharacters.has(firstCharacter(text)) && !tokens.some(token => eitherStarts(token, text));
  });
  const longest = tokens.reduce((length, token) => Math.max(length, token.length), 0);
  const openEnds = templateTexts.flatMap(text => remainders(text.slice(-longest)));

  /** What would complete a control token that `text` ends in the middle of. */
  function remainders(text: string): string[] {
    const found: string[] = [];
    for (let start = 0; start < text.length; start++) {
      const end = text.slice(start);
      if (!firstCharacters.has(firstCharacter(end))) continue;
      const begun = tokens.filter(token => token.length > end.length && token.startsWith(end));
      found.push(...begun.map(token => token.slice(end.length)));
    }
    return found;
  }

  function protectText(text: string): string {
    let marked = '';
    let at = 0;
    const start = text.search(/\S/);
    for (const character of text) {
      const begins = firstCharacters.has(character) && !searched.some(known => text.startsWith(known, at));
      const continues = (at === 0 || at === start) && openEnds.some(end => eitherStarts(end, text.slice(at)));
      const plain = character.replace(MARKS, '\uFFFD');
      marked += begins || continues ? OPEN + plain + CLOSE : plain;
      at += character.length;
    }
    return marked;
  }

  function protect(value: unknown): unknown {
    if (typeof value === 'string') return protectText(value);
    if (Array.isArray(value)) return value.map(protect);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [protectText(key), protect(child)]));
  }

  return { protect, text: protectText, segments: toSegments };
}

function toSegments(rendered: string): PromptSegment[] {
  // Splitting by a pattern with a group gives text and group in turn; the group of a lone mark is undefined.
  const parts: (string | undefined)[] = rendered.split(MARKED);
  return parts.flatMap((text, index) => (text ? [{ text, trusted: index % 2 === 0 }] : []));
}

function firstCharacter(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0);
}

function eitherStarts(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}
