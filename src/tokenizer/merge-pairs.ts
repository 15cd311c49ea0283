/**
 * Joins neighbouring symbols of a text, beginning with its code points, the lowest rank first and the leftmost among
 * equals, until no pair has a rank. Takes n log n steps for n code points.
 *
 * Both kinds of byte-pair encoding are this loop: byte-level ones rank by the order of merges, SentencePiece by score.
 *
 * @param rank of joining text[start, middle) and text[middle, end); `undefined` when they do not join.
 */
export function mergePairs(
  text: string,
  rank: (start: number, middle: number, end: number) => number | undefined,
): string[] {
  const starts = codePointStarts(text);
  const count = starts.length - 1;
  if (count < 2) return count === 1 ? [text] : [];
  // A symbol is named by the index of its first code point; `ends` is an index too, and -1 for one that was joined
  // to its left neighbour.
  const ends = new Int32Array(count);
  const previous = new Int32Array(count);
  for (let index = 0; index < count; index++) {
    ends[index] = index + 1;
    previous[index] = index - 1;
  }
  const offset = (index: number) => starts[index] ?? text.length;
  const endOf = (symbol: number) => ends[symbol] ?? -1;

  const queue = new PairQueue();
  const consider = (left: number, right: number) => {
    const end = endOf(right);
    const pairRank = rank(offset(left), offset(right), offset(end));
    if (pairRank !== undefined) queue.push({ rank: pairRank, left, right, end });
  };
  for (let right = 1; right < count; right++) consider(right - 1, right);

  for (let pair = queue.pop(); pair !== undefined; pair = queue.pop()) {
    const { left, right, end } = pair;
    // Either symbol may have been joined to another since.
    if (endOf(left) !== right || endOf(right) !== end) continue;
    ends[left] = end;
    ends[right] = -1;
    if (end < count) previous[end] = left;
    const before = previous[left] ?? -1;
    if (before >= 0) consider(before, left);
    if (end < count) consider(left, end);
  }

  const pieces: string[] = [];
  for (let symbol = 0; symbol < count; symbol = endOf(symbol)) {
    pieces.push(text.slice(offset(symbol), offset(endOf(symbol))));
  }
  return pieces;
}

/** Where each code point begins, and the end of the text. */
function codePointStarts(text: string): number[] {
  const starts: number[] = [];
  let offset = 0;
  for (const character of text) {
    starts.push(offset);
    offset += character.length;
  }
  starts.push(offset);
  return starts;
}

interface Pair {
  readonly rank: number;
  readonly left: number;
  readonly right: number;
  readonly end: number;
}

function comesFirst(a: Pair, b: Pair): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.left < b.left);
}

/** A binary heap. */
class PairQueue {
  readonly #heap: Pair[] = [];

  push(pair: Pair): void {
    let index = this.#heap.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = this.#heap[parent];
      if (above === undefined || !comesFirst(pair, above)) break;
      this.#heap[index] = above;
      index = parent;
    }
    this.#heap[index] = pair;
  }

  pop(): Pair | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
    return first;
  }

  /** Puts a pair in at the top and lets it sink to its place. */
  #sink(pair: Pair): void {
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      let child = this.#heap[below];
      const other = this.#heap[below + 1];
      if (child !== undefined && other !== undefined && comesFirst(other, child)) {
        child = other;
        below++;
      }
      if (child === undefined || !comesFirst(child, pair)) break;
      this.#heap[index] = child;
      index = below;
    }
    this.#heap[index] = pair;
  }
}
