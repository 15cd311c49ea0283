interface Checkpoint<State> {
  readonly position: number;
  readonly state: State;
}

/**
 * The way back for a state that every token changes: copies of it at some positions of the text that it has read.
 *
 * It knows positions only. What holds the text must feed it so that the state at a position always stands for the same
 * beginning: whoever goes on from `position` gives up all that was read behind it, and the checkpoints there with it.
 */
export class Checkpoints<State> {
  readonly #state: State;
  readonly #copy: (from: State, to: State) => void;
  readonly #free: State[];
  /** In order of their positions, none of which is behind the end. */
  #kept: Checkpoint<State>[] = [];
  /** What the state has read. */
  #end = 0;

  /**
   * @param state as it is after the last token
   * @param copies to keep checkpoints in: at least one
   */
  constructor(state: State, copies: readonly State[], copy: (from: State, to: State) => void) {
    this.#state = state;
    this.#free = [...copies];
    this.#copy = copy;
  }

  /** The last position, `most` at most, from which {@link advance} can go on: where the state stands, or a checkpoint. */
  last(most: number): number {
    if (this.#end <= most) return this.#end;
    return this.#kept.findLast(({ position }) => position <= most)?.position ?? 0;
  }

  /** Keeps the state as it is now. With no copy left, one is given up, so that those that stay are spread over the text. */
  keep(): void {
    if (this.#end === 0 || this.#kept.at(-1)?.position === this.#end) return;
    const state = this.#free.pop() ?? this.#giveUp();
    this.#copy(this.#state, state);
    this.#kept.push({ position: this.#end, state });
  }

  /**
   * Brings the state to `position`, one that {@link last} gave, before `tokens` are fed there. At position 0 it is left
   * as it is: the kernels read no state there.
   */
  advance(position: number, tokens: number): void {
    if (position !== this.#end) this.#goBack(position);
    this.#end = position + tokens;
  }

  #goBack(position: number): void {
    for (const { state } of this.#kept.filter(checkpoint => checkpoint.position > position)) this.#free.push(state);
    this.#kept = this.#kept.filter(checkpoint => checkpoint.position <= position);
    if (position === 0) return;
    const checkpoint = this.#kept.at(-1);
    if (checkpoint?.position !== position) throw new RangeError(`there is no checkpoint at position ${position}`);
    this.#copy(checkpoint.state, this.#state);
  }

  /** Gives up the checkpoint whose neighbours are closest to each other; not the newest, where the last prompt ended. */
  #giveUp(): State {
    const gap = (i: number) => (this.#kept[i + 1]?.position ?? this.#end) - (this.#kept[i - 1]?.position ?? 0);
    const older = [...this.#kept.keys()].slice(0, -1);
    const [least = 0] = older.sort((a, b) => gap(a) - gap(b));
    const [given] = this.#kept.splice(least, 1);
    if (!given) throw new RangeError('there is no copy to keep a checkpoint in');
    return given.state;
  }
}
