import type { Experts } from './experts.ts';
import type { Graph, LogitShape } from './graph.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import type { ArchitectureKeys } from './keys.ts';
import type { LayerAttention } from './layer-attention.ts';
import type { Recurrence } from './recurrence.ts';
import type { Matrix, TensorDirectory, Vector } from './tensors.ts';

/** What one architecture makes of its tensors and numbers. */
export interface Decoder {
  /** Of each layer; undefined for those that do as {@link recurrence} says instead. */
  readonly attention: readonly (LayerAttention | undefined)[];
  readonly recurrence?: Recurrence;
  /** Where there are any, in every layer. */
  readonly experts?: Experts;
  readonly outputNorm: Vector;
  readonly output: Matrix;
  /** The product with the output matrix as it is, where undefined. */
  readonly logits?: LogitShape;
  /** Lists the calls from token ids to the residual stream behind the last layer. */
  forward(graph: Graph): void;
}

/** Reads a decoder's tensors and the numbers that only its architecture has. */
export type Architecture = (tensors: TensorDirectory, p: HyperParameters, keys: ArchitectureKeys) => Decoder;
