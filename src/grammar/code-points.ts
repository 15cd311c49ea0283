/** A set of Unicode code points: ranges with both ends included, in order, apart from each other. */
export type CodePoints = readonly (readonly [number, number])[];

const LAST = 0x10ffff;

/** All that UTF-8 can write: not the surrogates. */
export const EVERY: CodePoints = [
  [0, 0xd7ff],
  [0xe000, LAST],
];

export const ASCII: CodePoints = [[0, 0x7f]];

export function union(...sets: readonly CodePoints[]): CodePoints {
  const joined: [number, number][] = [];
  for (const [low, high] of sets.flat().sort(([a], [b]) => a - b)) {
    const last = joined.at(-1);
    if (last && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else joined.push([low, high]);
  }
  return joined;
}

export function intersection(a: CodePoints, b: CodePoints): CodePoints {
  return union(
    a.flatMap(([low, high]) =>
      b.flatMap(([from, to]): CodePoints => {
        const start = Math.max(low, from);
        const end = Math.min(high, to);
        return start <= end ? [[start, end]] : [];
      }),
    ),
  );
}

/** What is not in the set. */
export function complement(set: CodePoints): CodePoints {
  const gaps: [number, number][] = [];
  let next = 0;
  for (const [low, high] of union(set)) {
    if (low > next) gaps.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= LAST) gaps.push([next, LAST]);
  return intersection(gaps, EVERY);
}

export function has(set: CodePoints, codePoint: number): boolean {
  return set.some(([low, high]) => low <= codePoint && codePoint <= high);
}

/** The set of these characters. */
export function characters(text: string): CodePoints {
  return union(Array.from(text, character => [codePointOf(character), codePointOf(character)] as const));
}

export function range(low: string, high: string): CodePoints {
  return [[codePointOf(low), codePointOf(high)]];
}

export function codePointOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}
