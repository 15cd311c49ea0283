import type { Sampler } from '../../sampler/sampler.ts';
import type { Context } from './context.ts';

/** A token that was drawn, with the logits (vocabulary) that it was drawn from. */
export interface GeneratedId {
  readonly id: number;
  readonly logits: Float32Array;
}

export interface IdLimits {
  /** Ids that end the generation; they are not given out. */
  readonly endIds: ReadonlySet<number>;
  readonly maxTokens: number;
  readonly constraint?: Constraint | undefined;
}

/** Says which ids may come next, end ids included. */
export interface Constraint {
  /** A bit each id, as the sampler takes it. */
  fillMask(): Promise<Uint32Array>;
  accept(id: number): void;
}

/**
 * The generation loop: draws ids until one of them ends it (`stop`), or a limit or the end of the context does
 * (`length`).
 *
 * @param logits after the ids that the context holds
 */
export async function* generateIds(
  context: Context,
  logits: Float32Array,
  sampler: Sampler,
  { endIds, maxTokens, constraint }: IdLimits,
  signal: AbortSignal,
): AsyncGenerator<GeneratedId, 'stop' | 'length'> {
  let mask = await constraint?.fillMask();
  for (let count = 1; ; count++) {
    signal.throwIfAborted();
    const id = sampler.next(logits, mask);
    if (endIds.has(id)) return 'stop';
    constraint?.accept(id);
    yield { id, logits };
    if (count >= maxTokens || context.length >= context.capacity) return 'length';
    // The mask is made while the GPU works on the step.
    [logits, mask] = await Promise.all([context.extend([id], signal), constraint?.fillMask()]);
  }
}
