import type { Buffers } from '../gpu/buffers.ts';
import { type DeltaHeads, memorySize } from '../kernels/delta-rule/gated-delta-rule.ts';

/** What layers compute that do not attend, as far as their state depends on it; all of them alike. */
export interface Recurrence {
  readonly convolution: Convolution;
  /** The gated delta rule over what was convolved; none where undefined. */
  readonly deltaRule?: DeltaHeads;
}

/** Over each channel's last inputs; see the kernel. */
export interface Convolution {
  readonly channels: number;
  /** Tokens that a token sees, itself among them. */
  readonly kernel: number;
  /** Whether the inputs come with two gates, as in LFM2. */
  readonly gated: boolean;
}

/**
 * What a layer that does not attend keeps of all tokens so far, in place of keys and values: as much for a long text as
 * for a short one, and replaced by every step, so that there is no way back to an earlier position but by a copy.
 */
export interface RecurrentCache {
  readonly inputs: GPUBufferBinding; // (kernel, channels): of the convolution, in f32
  readonly memory: GPUBufferBinding | undefined; // (valueHeads, valueDim / 4, keyDim, 4): of the delta rule, in f32
}

/** One sequence's state in all its recurrent layers, in one buffer, so that a copy of it is one copy. */
export interface RecurrentState {
  readonly recurrence: Recurrence;
  readonly buffer: GPUBuffer;
  /** By the number of the layer. */
  readonly layers: ReadonlyMap<number, RecurrentCache>;
}

/** WebGPU's guaranteed alignment of what is bound within a buffer. */
const BINDING_ALIGNMENT = 256;

/** @param layers the numbers of those that do not attend */
export function createRecurrentState(
  buffers: Buffers,
  recurrence: Recurrence,
  layers: readonly number[],
): RecurrentState {
  const buffer = buffers.storage('recurrent state', recurrentStateBytes(recurrence, layers.length));
  const [inputs, memory] = partBytes(recurrence);
  const ranges = (nth: number): RecurrentCache => {
    const offset = nth * layerBytes(recurrence);
    return {
      inputs: { buffer, offset, size: inputs },
      memory: memory === 0 ? undefined : { buffer, offset: offset + aligned(inputs), size: memory },
    };
  };
  return { recurrence, buffer, layers: new Map(layers.map((layer, nth) => [layer, ranges(nth)])) };
}

/** Bytes of one sequence's state. */
export function recurrentStateBytes(recurrence: Recurrence, layers: number): number {
  return layers * layerBytes(recurrence);
}

function layerBytes(recurrence: Recurrence): number {
  const [inputs, memory] = partBytes(recurrence);
  return aligned(inputs) + aligned(memory);
}

/** Of the convolution's inputs and of the delta rule's memory. */
function partBytes({ convolution: { kernel, channels }, deltaRule }: Recurrence): [inputs: number, memory: number] {
  return [kernel * channels * 4, deltaRule ? memorySize(deltaRule) * 4 : 0];
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / BINDING_ALIGNMENT) * BINDING_ALIGNMENT;
}
