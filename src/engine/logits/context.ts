/** What the generation loop needs of a model: ids in, logits out. */
export interface LogitsModel {
  /** Positions that the model remembers. */
  readonly contextLength: number;
  /** Feeds ids from `position` on; logits (vocabulary) after the last. Positions fed before are overwritten. */
  forward(ids: readonly number[], position: number, signal?: AbortSignal): Promise<Float32Array>;
  /** From where the model can go on; from every position that was fed, where undefined. */
  readonly checkpoints?: LogitsCheckpoints | undefined;
}

/** Of a model whose state every token changes, so that it cannot go back to where it kept none. */
export interface LogitsCheckpoints {
  /** The last position, `most` at most, from which the model can go on: 0 at worst. */
  last(most: number): number;
  /** Keeps the state as it is now. */
  keep(): void;
}

/**
 * A prompt's last tokens are fed after a checkpoint: where the conversation goes on, its template may write the opening
 * of the answer another way (without `<think>`, say), and what was read before must do. It is also where the second of
 * several answers to one prompt begins.
 */
const TAIL_TOKENS = 8;

/** Between checkpoints of a prompt, for one that parts from it earlier. */
const CHECKPOINT_TOKENS = 512;

/** Positions of the checkpoints of a prompt that is fed from `start` to `end`. */
function checkpointPositions(start: number, end: number): number[] {
  const last = end - TAIL_TOKENS;
  const count = Math.max(0, Math.ceil((last - start) / CHECKPOINT_TOKENS));
  return Array.from({ length: count }, (_, i) => last - (count - 1 - i) * CHECKPOINT_TOKENS);
}

/** The ids that a model's KV cache holds, so that a prompt which begins like the last one is not computed again. */
export class Context {
  readonly #model: LogitsModel;
  #ids: number[] = [];

  constructor(model: LogitsModel) {
    this.#model = model;
  }

  get length(): number {
    return this.#ids.length;
  }

  get capacity(): number {
    return this.#model.contextLength;
  }

  /**
   * Makes the cache hold exactly `ids` (at least one) and gives the logits after them. The longest common prefix with
   * what it held is reused, as far as the model can go on from its end, but for the last id, whose logits are not kept.
   */
  async replace(ids: readonly number[], signal: AbortSignal): Promise<{ logits: Float32Array; reused: number }> {
    const { checkpoints } = this.#model;
    const common = Math.min(commonPrefix(this.#ids, ids), ids.length - 1);
    const reused = checkpoints?.last(common) ?? common;
    this.#ids.length = reused;
    if (checkpoints) {
      for (const position of checkpointPositions(reused, ids.length)) {
        await this.extend(ids.slice(this.#ids.length, position), signal);
        checkpoints.keep();
      }
    }
    return { logits: await this.extend(ids.slice(this.#ids.length), signal), reused };
  }

  /**
   * Appends ids and gives the logits after them. When it throws, what was remembered before still is; positions behind
   * it may have been overwritten, which nothing reads before they are fed again, and a state with checkpoints may stand
   * behind it, from where it must go back.
   */
  async extend(ids: readonly number[], signal: AbortSignal): Promise<Float32Array> {
    const logits = await this.#model.forward(ids, this.#ids.length, signal);
    for (const id of ids) this.#ids.push(id);
    return logits;
  }
}

function commonPrefix(a: readonly number[], b: readonly number[]): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}
