import type { HyperParameters } from './hyper-parameters.ts';
import type { RopeParameters } from './rope-parameters.ts';
import type { Vector } from './tensors.ts';

/**
 * How a layer attends. Layers that do it alike share one object, and with it a table of rotations and the kernels'
 * uniform.
 */
export interface LayerAttention {
  /** Of scores. */
  readonly scale: number;
  /** Whether a token also sees those behind it. Then a text must be one step. */
  readonly bidirectional?: true;
  /** Positions that a token sees, its own among them; all before it where undefined. */
  readonly window?: number | undefined;
  /** Scores become cap · tanh(score / cap). */
  readonly softCap?: number | undefined;
  /** Whether behind each head of q lies a gate, whose sigmoid multiplies what the head gives. */
  readonly gated?: boolean;
  /** Queries and keys stay as they are where undefined. */
  readonly rope: Rope | undefined;
}

export interface Rope extends RopeParameters {
  /** Pairs are (i, i + dim / 2), as in NeoX; else (2i, 2i + 1), as in llama. */
  readonly halves: boolean;
  /** What divides the frequencies in a context of this many positions: (dim / 2). */
  readonly factors?: ((contextLength: number) => Vector) | undefined;
}

/** One way of attending in all layers. */
export function alike(p: HyperParameters, attention: LayerAttention): LayerAttention[] {
  return Array.from({ length: p.layers }, () => attention);
}

/** What scores are multiplied with by default. */
export function defaultScale({ headDim }: HyperParameters): number {
  return 1 / Math.sqrt(headDim);
}
