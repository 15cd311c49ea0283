import type { Variant } from '../kernels/shared/compose.ts';
import type { Experts } from './experts.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import type { LayerAttention } from './layer-attention.ts';
import type { Activations, Cache } from './state.ts';
import type { GpuWeights } from './upload.ts';

/** What changes from step to step. */
export interface Step {
  readonly tokens: number;
  /** Of the step's first token. */
  readonly position: number;
}

/** Everything that the calls of a model are bound to. */
export interface GraphContext {
  readonly hyperParameters: HyperParameters;
  readonly experts: Experts | undefined;
  readonly variant: Variant;
  readonly weights: GpuWeights;
  readonly activations: Activations;
  readonly cache: Cache;
  /** Tokens in a step at most. */
  readonly stepTokens: number;
  /** The step's words (tokens, position, row), then an id for each token. */
  readonly step: GPUBuffer;
  /** Of each layer; undefined for those that do not attend. */
  readonly attention: readonly (AttentionBuffers | undefined)[];
}

/** What the kernels of attention read; layers that attend alike share it. */
export interface AttentionBuffers {
  readonly attention: LayerAttention;
  readonly headShape: GPUBuffer;
  readonly rotations: GPUBuffer; // (capacity, rope dim / 2, 2)
}

export function whole(buffer: GPUBuffer): GPUBufferBinding {
  return { buffer };
}
