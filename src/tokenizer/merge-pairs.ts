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
  // A symbol is named by the index of its first code point; `ends` is an index too.
  const ends = new Int32Array(count);
  const previous = new Int32Array(count);
  for (let index = 0; index < count; index++) {
    ends[index] = index + 1;
    previous[index] = index - 1;
  }
  const offset = (index: number) => starts[index] ?? text.length;
  const endOf = (symbol: number) => ends[symbol] ?? -1;

  const queue = new PairQueue();
  // Of each symbol and its right neighbour as they are now, NaN where they do not join; the queue may hold older ones.
  const ranks = new Float64Array(count).fill(Number.NaN);
  const consider = (left: number, right: number) => {
    const pairRank = right < count ? rank(offset(left), offset(right), offset(endOf(right))) : undefined;
    ranks[left] = pairRank ?? Number.NaN;
    if (pairRank !== undefined) queue.push(pairRank, left);
  };
  for (let right = 1; right < count; right++) consider(right - 1, right);

  while (queue.size > 0) {
    const { rank, left } = queue.first;
    queue.drop();
    if (ranks[left] !== rank) continue;
    const right = endOf(left);
    const end = endOf(right);
    ends[left] = end;
    ranks[right] = Number.NaN;
    if (end < count) previous[end] = left;
    const before = previous[left] ?? -1;
    if (before >= 0) consider(before, left);
    consider(left, end);
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

/** Pairs by their ranks and left symbols: a binary heap, in two arrays of numbers, which take no memory for each pair. */
class PairQueue {
  readonly #ranks: number[] = [];
  readonly #lefts: number[] = [];

  get size(): number {
    return this.#ranks.length;
  }

  get first(): { readonly rank: number; readonly left: number } {
    return { rank: this.#ranks[0] ?? 0, left: this.#lefts[0] ?? 0 };
  }

  push(rank: number, left: number): void {
    let index = this.#ranks.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#comesBefore(rank, left, parent)) break;
      this.#move(parent, index);
      index = parent;
    }
    this.#ranks[index] = rank;
    this.#lefts[index] = left;
  }

  /** Takes the first pair out: the last one is put in its place, and sinks. */
  drop(): void {
    const rank = this.#ranks.pop() ?? 0;
    const left = this.#lefts.pop() ?? 0;
    const { size } = this;
    if (size === 0) return;
    let index = 0;
    for (let child = 1; child < size; child = 2 * index + 1) {
      if (child + 1 < size && this.#comesBefore(this.#ranks[child + 1] ?? 0, this.#lefts[child + 1] ?? 0, child))
        child++;
      if (this.#comesBefore(rank, left, child)) break;
      this.#move(child, index);
      index = child;
    }
    this.#ranks[index] = rank;
    this.#lefts[index] = left;
  }

  #comesBefore(rank: number, left: number, index: number): boolean {
    const other = this.#ranks[index] ?? 0;
    return rank < other || (rank === other && left < (this.#lefts[index] ?? 0));
  }

  #move(from: number, to: number): void {
    this.#ranks[to] = this.#ranks[from] ?? 0;
    this.#lefts[to] = this.#lefts[from] ?? 0;
  }
}
