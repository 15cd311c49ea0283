import type { Buffers } from '../gpu/buffers.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { packHeads } from '../kernels/shared/heads.ts';
import type { ModelPlan } from './architectures.ts';
import type { AttentionBuffers } from './graph-context.ts';
import type { LayerAttention, Rope } from './layer-attention.ts';
import { rotations } from './rotations.ts';
import type { Vector } from './tensors.ts';

interface AttentionSetting {
  readonly plan: ModelPlan;
  /** Positions. */
  readonly contextLength: number;
  /** Bytes of the model's file. */
  readonly read: (offset: number, bytes: number) => Promise<Uint8Array<ArrayBuffer>>;
}

/** What each layer's attention reads, made once for every way of attending and every kind of rotation. */
export async function createAttention(gpu: Gpu, buffers: Buffers, setting: AttentionSetting) {
  const { plan, contextLength } = setting;
  const tables = new Map<Rope | undefined, GPUBuffer>();
  const made = new Map<LayerAttention, AttentionBuffers>();
  for (const attention of plan.attention) {
    if (!attention || made.has(attention)) continue;
    const { rope } = attention;
    const table = tables.get(rope) ?? (await createRotations(gpu, buffers, rope, setting));
    tables.set(rope, table);
    const shape = { ...plan.hyperParameters, ...attention, rotaryDim: rope?.dim ?? 0, capacity: contextLength };
    const words = packHeads(shape);
    const headShape = buffers.uniform('head shape', words.byteLength);
    gpu.write(headShape, 0, words);
    made.set(attention, { attention, headShape, rotations: table });
  }
  return plan.attention.map(attention => attention && made.get(attention));
}

async function createRotations(
  gpu: Gpu,
  buffers: Buffers,
  rope: Rope | undefined,
  { contextLength, read }: AttentionSetting,
): Promise<GPUBuffer> {
  // A layer without rotation reads none, but its kernel has the binding.
  if (!rope) return buffers.storage('no rotations', 8);
  const factors = rope.factors && (await readVector(rope.factors(contextLength), read));
  const table = rotations(contextLength, rope, factors);
  const buffer = buffers.storage('rotations', table.byteLength);
  gpu.write(buffer, 0, table);
  return buffer;
}

async function readVector({ tensors, length }: Vector, read: AttentionSetting['read']): Promise<Float32Array> {
  const values = new Float32Array(length);
  let at = 0;
  for (const { offset, bytes } of tensors) {
    values.set(new Float32Array((await read(offset, bytes)).buffer), at);
    at += bytes / 4;
  }
  return values;
}
