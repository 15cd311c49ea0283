import { expect, test } from 'vitest';
import { xorshift } from '../../test/fixtures/tiny-model.ts';
import { mergePairs } from './merge-pairs.ts';

/** The definition, step by step: look at all pairs, join the best, begin again. */
function mergeSlowly(text: string, rankOf: (joined: string) => number | undefined): string[] {
  const pieces = [...text];
  for (;;) {
    const ranked = pieces
      .slice(1)
      .map((piece, left) => ({ left, rank: rankOf(`${pieces[left]}${piece}`) ?? Infinity }));
    const best = ranked.reduce((a, b) => (b.rank < a.rank ? b : a), { left: -1, rank: Infinity });
    if (best.rank === Infinity) return pieces;
    pieces.splice(best.left, 2, pieces.slice(best.left, best.left + 2).join(''));
  }
}

test('does what the definition says, equal ranks and all', () => {
  const random = xorshift(11);
  const letters = ['a', 'b', '🙂'];
  const text = (length: number) => Array.from({ length }, () => letters[Math.floor(random() * 3)]).join('');
  for (let round = 0; round < 300; round++) {
    const ranks = new Map(Array.from({ length: 12 }, (_, rank) => [text(2 + (rank % 3)), rank >> 1]));
    const given = text(round % 20);
    const fast = mergePairs(given, (start, _middle, end) => ranks.get(given.slice(start, end)));
    expect(fast).toEqual(mergeSlowly(given, joined => ranks.get(joined)));
  }
});

test('tells the two halves of a pair', () => {
  const text = 'abc';
  const halves: string[] = [];
  mergePairs(text, (start, middle, end) => {
    halves.push(`${text.slice(start, middle)}|${text.slice(middle, end)}`);
    return start;
  });
  expect(halves).toEqual(['a|b', 'b|c', 'ab|c']);
});

test('a long word takes no long time', { timeout: 2000 }, () => {
  const text = 'a'.repeat(200_000);
  const pieces = mergePairs(text, (start, _middle, end) => (end - start <= 16 ? 16 - (end - start) : undefined));
  expect(pieces.join('')).toBe(text);
});
