import type { Buffers } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { HEAD_SHAPE_BYTES, packHeads } from '../kernels/shared/heads.ts';
import type { ModelPlan } from './architectures.ts';
import type { AttentionBuffers, GraphContext } from './graph-context.ts';
import type { LayerAttention, Rope } from './layer-attention.ts';
import { rotationBytes, rotations } from './rotations.ts';
import type { Vector } from './tensors.ts';

/** What each layer's attention reads: one for every way of attending, with one table for every kind of rotation. */
export function createAttention(
  buffers: Buffers,
  { attention: layers }: Pick<ModelPlan, 'attention'>,
  contextLength: number,
): (AttentionBuffers | undefined)[] {
  const tables = new Map<Rope | undefined, GPUBuffer>();
  const made = new Map<LayerAttention, AttentionBuffers>();
  for (const attention of layers) {
    if (!attention || made.has(attention)) continue;
    const { rope } = attention;
    // A layer without rotation reads none, but its kernel has the binding.
    const table =
      tables.get(rope) ??
      (rope ? buffers.storage('rotations', rotationBytes(contextLength, rope)) : buffers.storage('no rotations', 8));
    tables.set(rope, table);
    made.set(attention, { attention, headShape: buffers.uniform('head shape', HEAD_SHAPE_BYTES), rotations: table });
  }
  return layers.map(attention => attention && made.get(attention));
}

/** Bytes of a model's file. */
type ReadBytes = (offset: number, bytes: number) => Promise<Uint8Array<ArrayBuffer>>;

export async function fillAttention(gpu: Gpu, { hyperParameters, cache, attention }: GraphContext, read: ReadBytes) {
  const { capacity } = cache;
  const filled = new Set<GPUBuffer>();
  for (const buffers of new Set(attention)) {
    if (!buffers) continue;
    const { headShape, rotations: table } = buffers;
    const { rope, ...how } = buffers.attention;
    gpu.write(headShape, 0, packHeads({ ...hyperParameters, ...how, rotaryDim: rope?.dim ?? 0, capacity }));
    if (!rope || filled.has(table)) continue;
    const factors = rope.factors && (await readVector(rope.factors(capacity), read));
    gpu.write(table, 0, rotations(capacity, rope, factors));
    filled.add(table);
  }
}

async function readVector({ tensors, length }: Vector, read: ReadBytes): Promise<Float32Array> {
  const values = new Float32Array(length);
  let at = 0;
  for (const { offset, bytes } of tensors) {
    values.set(new Float32Array((await read(offset, bytes)).buffer), at);
    at += bytes / 4;
  }
  return values;
}
