import type { Sampler } from '../../sampler/sampler.ts';
import type { Context } from './context.ts';

/** A token of the output. */
export interface GeneratedId {
  readonly id: number;
  /** (vocabulary), as the model gave them; absent for a token that the constraint forced. */
  readonly logits?: Float32Array;
}

export interface IdLimits {
  /** Ids that end the generation; they are not given out. */
  readonly endIds: ReadonlySet<number>;
  readonly maxTokens: number;
  readonly constraint?: Constraint | undefined;
  /** Compute logits for forced tokens too. */
  readonly everyLogits?: boolean;
}

/** Says which ids may come next, end ids included. */
export interface Constraint {
  /** A bit each id, as the sampler takes it; some of them {@link accept} may refuse. */
  fillMask(): Promise<Uint32Array>;
  /** The only id that may come next, where that is seen at little cost. */
  forcedId(): Promise<number | undefined>;
  /**
   * Goes on behind an id of the mask, or takes it out of the mask: then another is drawn, with the probabilities that are
   * left. (Top-k and top-p have counted what is refused among the likely ones, until it is out.)
   */
  accept(id: number): boolean;
}

/**
 * The generation loop: draws ids until one of them ends it (`stop`), or a limit or the end of the context does
 * (`length`).
 *
 * Jump-forward: an id that the constraint forces needs no logits, so it waits to be fed together with those behind it,
 * as a prompt's are. The ids are the ones that would have been drawn: the mask leaves no other, and the sampler counts
 * them. Text that is forced, but could be made of different tokens, is left to the model: which of them it says decides
 * what it says next.
 *
 * @param logits after the ids that the context holds
 */
export async function* generateIds(
  context: Context,
  logits: Float32Array,
  sampler: Sampler,
  { endIds, maxTokens, constraint, everyLogits = false }: IdLimits,
  signal: AbortSignal,
): AsyncGenerator<GeneratedId, 'stop' | 'length'> {
  let mask = await constraint?.fillMask();
  let forced: number | undefined;
  let unfed: number[] = [];
  for (let count = 1; ; count++) {
    signal.throwIfAborted();
    const draw = (attempt: number) => forced ?? sampler.draw(logits, mask, attempt);
    let id = draw(0);
    for (let attempt = 1; constraint?.accept(id) === false; attempt++) id = draw(attempt);
    sampler.take(id);
    if (endIds.has(id)) return 'stop';
    yield forced === undefined ? { id, logits } : { id };
    unfed.push(id);
    if (count >= maxTokens || context.length + unfed.length > context.capacity) return 'length';
    forced = everyLogits ? undefined : await constraint?.forcedId();
    if (forced !== undefined) continue;
    // The mask is made while the GPU works on the step. Where it cannot be made the step ends all the same before that is
    // told: who comes next has the context to itself.
    const step = context.extend(unfed, signal);
    [logits, mask] = await Promise.all([step, constraint?.fillMask()]).finally(() => step.catch(() => {}));
    unfed = [];
  }
}
