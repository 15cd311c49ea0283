/** What the generation loop needs of a model: ids in, logits out. */
export interface LogitsModel {
  /** Positions that the model remembers. */
  readonly contextLength: number;
  /** Feeds ids from `position` on; logits (vocabulary) after the last. Positions fed before are overwritten. */
  forward(ids: readonly number[], position: number, signal?: AbortSignal): Promise<Float32Array>;
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
   * what it held is reused, but for the last id, whose logits are not kept.
   */
  async replace(ids: readonly number[], signal: AbortSignal): Promise<{ logits: Float32Array; reused: number }> {
    const reused = Math.min(commonPrefix(this.#ids, ids), ids.length - 1);
    this.#ids.length = reused;
    return { logits: await this.extend(ids.slice(reused), signal), reused };
  }

  /**
   * Appends ids and gives the logits after them. When it throws, what was remembered before still is; positions
   * behind it may have been overwritten, which nothing reads before they are fed again.
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
