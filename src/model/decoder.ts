import type { Experts } from './experts.ts';
import type { Graph, LogitShape } from './graph.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import type { ArchitectureKeys } from './keys.ts';
import type { LayerAttention } from './layer-attention.ts';
import type { Recurrence } from './recurrence.ts';
import type { Matrix, TensorDirectory, Vector } from './tensors.ts';

/** What encoders and decoders have in common. */
interface Layers {
  /** Of each layer; undefined for those that do as {@link recurrence} says instead. */
  readonly attention: readonly (LayerAttention | undefined)[];
  readonly recurrence?: Recurrence;
  /** Where there are any, in every layer. */
  readonly experts?: Experts;
  /** Lists the calls from token ids to the residual stream behind the last layer. */
  forward(graph: Graph): void;
}

/** Predicts tokens. */
export interface Decoder extends Layers {
  readonly outputNorm: Vector;
  readonly output: Matrix;
  /** The product with the output matrix as it is, where undefined. */
  readonly logits?: LogitShape;
}

/** Predicts nothing: its residual stream is the result. A text is one step, and leaves nothing for another. */
export interface Encoder extends Layers {
  readonly output?: undefined;
}

/** What an architecture makes of a file's tensors and of the numbers that only it has. */
export type Architecture = (tensors: TensorDirectory, p: HyperParameters, keys: ArchitectureKeys) => Decoder | Encoder;
