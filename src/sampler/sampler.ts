import { IngleError } from '../errors.ts';
import { descending } from './descending.ts';
import type { Sampling } from './sampling.ts';
import { uniform } from './threefry.ts';

/** Seeds drawn when a request names none: any 32-bit integer. */
const SEEDS = 2 ** 32;

/**
 * Draws the tokens of one choice: the exact reference for whatever samples elsewhere.
 *
 * Keeps the counts that the penalties need; every token it gives is counted.
 */
export class Sampler {
  readonly #sampling: Sampling;
  readonly #choice: number;
  readonly #seed: number;
  readonly #prompt: ReadonlySet<number>;
  readonly #generated = new Map<number, number>();
  #step = 0;

  constructor(sampling: Sampling, prompt: readonly number[], choice: number) {
    this.#sampling = sampling;
    this.#choice = choice;
    this.#seed = sampling.seed ?? Math.floor(Math.random() * SEEDS);
    this.#prompt = new Set(prompt);
  }

  /**
   * The next token id for logits (vocabulary), which are left as they are.
   *
   * @param mask a bit each token, from the lowest bit of the first word on: only those that are set can be drawn,
   * whatever the bias
   * @throws IngleError `invalid_logits` when some are no numbers, or none is left to draw from
   */
  next(logits: Float32Array, mask?: Uint32Array): number {
    const id = this.draw(logits, mask);
    this.take(id);
    return id;
  }

  /**
   * What {@link next} gives, not counted yet.
   *
   * @param attempt counts from 0 what was drawn at this place already and not taken
   */
  draw(logits: Float32Array, mask?: Uint32Array, attempt = 0): number {
    const adjusted = this.#adjust(logits);
    if (mask) ban(adjusted, mask);
    requireDrawable(adjusted);
    return this.#sampling.temperature === 0 ? argmax(adjusted) : this.#drawRandomly(adjusted, attempt);
  }

  /** Counts a token, drawn or the only one that there is, and goes on to the next place. */
  take(id: number): void {
    this.#generated.set(id, (this.#generated.get(id) ?? 0) + 1);
    this.#step++;
  }

  /** Penalties and bias. */
  #adjust(logits: Float32Array): Float32Array {
    const { repetitionPenalty, frequencyPenalty, presencePenalty, logitBias } = this.#sampling;
    const adjusted = logits.slice();
    const change = (id: number, to: (logit: number) => number) => {
      const logit = adjusted[id];
      if (logit !== undefined) adjusted[id] = to(logit);
    };
    if (repetitionPenalty !== 1) {
      for (const id of new Set([...this.#prompt, ...this.#generated.keys()])) {
        change(id, logit => (logit > 0 ? logit / repetitionPenalty : logit * repetitionPenalty));
      }
    }
    for (const [id, count] of this.#generated) {
      change(id, logit => logit - count * frequencyPenalty - presencePenalty);
    }
    for (const [id, bias] of Object.entries(logitBias)) change(Number(id), logit => logit + bias);
    return adjusted;
  }

  #drawRandomly(logits: Float32Array, attempt: number): number {
    const { ids, weights } = keep(logits, this.#sampling);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const target = uniform(this.#seed, this.#choice, this.#step, attempt) * total;
    let reached = 0;
    for (const [i, weight] of weights.entries()) {
      reached += weight;
      if (reached > target) return ids[i] ?? 0;
    }
    return ids.at(-1) ?? 0; // rounding kept the sum below the target
  }
}

function ban(logits: Float32Array, mask: Uint32Array): void {
  for (let id = 0; id < logits.length; id++) {
    if ((((mask[id >>> 5] ?? 0) >>> (id & 31)) & 1) === 0) logits[id] = Number.NEGATIVE_INFINITY;
  }
}

/** A banned token is at -Infinity; NaN and +Infinity come of a broken file or GPU, and would draw token 0 for ever. */
function requireDrawable(logits: Float32Array): void {
  let left = false;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id] ?? Number.NaN;
    if (!(logit < Number.POSITIVE_INFINITY)) {
      const message = `The model computed ${logit} as the logit of token ${id}: its file or the GPU's driver is broken.`;
      throw new IngleError(message, { code: 'invalid_logits', status: 500 });
    }
    left ||= logit > Number.NEGATIVE_INFINITY;
  }
  if (left) return;
  throw new IngleError('No token is left to draw: all are banned.', { code: 'invalid_logits', status: 500 });
}

/** The tokens that top-k, top-p and min-p leave, with weights in proportion to their probabilities. */
function keep(logits: Float32Array, { temperature, topK, topP, minP }: Sampling): { ids: number[]; weights: number[] } {
  const largest = logits[argmax(logits)] ?? 0;
  const weightOf = (id: number) => Math.exp(((logits[id] ?? 0) - largest) / temperature);
  const total = (among: Iterable<number>) => {
    let sum = 0;
    for (const id of among) sum += weightOf(id);
    return sum;
  };
  // Without top-k and top-p the order does not matter, and a vocabulary need not be sorted.
  const inOrder = topK > 0 ? first(topK, descending(logits)) : topP < 1 ? descending(logits) : logits.keys();
  // Top-p is a share of what top-k left, as in Hugging Face's and llama.cpp's chains.
  const target = topP < 1 ? topP * total(Array.isArray(inOrder) ? inOrder : logits.keys()) : Number.POSITIVE_INFINITY;
  const ids: number[] = [];
  const weights: number[] = [];
  let reached = 0;
  for (const id of inOrder) {
    const weight = weightOf(id);
    if (weight < minP || weight === 0) continue; // never a banned token, not even by rounding
    ids.push(id);
    weights.push(weight);
    reached += weight;
    if (reached >= target) break;
  }
  return { ids, weights };
}

function first(count: number, ids: Iterable<number>): number[] {
  const taken: number[] = [];
  for (const id of ids) {
    taken.push(id);
    if (taken.length === count) break;
  }
  return taken;
}

/** The lowest index of the largest value. */
export function argmax(values: Float32Array): number {
  let best = 0;
  let largest = Number.NEGATIVE_INFINITY;
  // By index: an iterator over a large vocabulary costs several times as much.
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? largest;
    if (value > largest) {
      largest = value;
      best = index;
    }
  }
  return best;
}
