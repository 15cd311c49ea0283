import { plannedBuffers } from '../gpu/planned-buffers.ts';
import { cachedRowBytes } from '../kernels/shared/cache.ts';
import { allocate, type Setting } from './allocation.ts';
import type { ModelPlan } from './architectures.ts';
import type { DeviceSpeed } from './device-speed.ts';
import { Graph } from './graph.ts';

/** What a model takes of a device. */
export interface ModelCost {
  /** Bytes, all that a load allocates. */
  readonly gpuBytes: number;
  /** Of a token more; undefined for encoders, which have none. */
  readonly token: TokenCost | undefined;
}

/** What a token's step takes. */
export interface TokenCost {
  /** Bytes that it reads. */
  readonly bytes: number;
  readonly dispatches: number;
}

/** Positions in the cache that a token of an ordinary chat looks back on. */
const CHAT_POSITIONS = 1024;

/** What of the measured bandwidth a matvec reaches. */
const BANDWIDTH_SHARE = 0.85;

/** Counts what a load would allocate, and what a token's step would dispatch, by making both with nothing on a GPU. */
export function modelCost(plan: ModelPlan, setting: Setting): ModelCost {
  const buffers = plannedBuffers();
  const { context } = allocate(buffers, plan, setting);
  const gpuBytes = buffers.bytes;
  if (!plan.output) return { gpuBytes, token: undefined };
  const graph = new Graph(context, 'vector');
  plan.forward(graph);
  graph.head(plan.outputNorm, plan.output, plan.logits);
  const positions = Math.min(CHAT_POSITIONS, setting.contextLength);
  const step = { tokens: 1, position: positions - 1 };
  const token = {
    bytes: weightBytes(plan) + cacheBytes(plan, setting, positions),
    dispatches: graph.calls.filter(({ grid }) => grid(step) !== undefined).length,
  };
  return { gpuBytes, token };
}

/** All matrices, but one row of the embedding, and of experts those that are chosen. */
function weightBytes({ tensors, output, experts }: ModelPlan): number {
  return tensors.matrices.reduce((sum, matrix) => {
    const isLookedUp = matrix.tensor.name === 'token_embd.weight' && matrix !== output;
    const share = isLookedUp ? 1 / matrix.rows : experts && matrix.count > 1 ? experts.chosen / matrix.count : 1;
    return sum + matrix.bytes * share;
  }, 0);
}

function cacheBytes({ attention, hyperParameters: p }: ModelPlan, { cacheType }: Setting, positions: number): number {
  const rowBytes = 2 * p.kvHeads * cachedRowBytes(cacheType, p.headDim);
  return attention.reduce((sum, layer) => {
    return layer ? sum + rowBytes * Math.min(layer.window ?? positions, positions) : sum;
  }, 0);
}

/**
 * Tokens a second that a device would decode, where each token waits for the one before it and arithmetic hides behind
 * memory: on a GPU that has to compute with its processor it does not.
 */
export function tokensPerSecond({ bytes, dispatches }: TokenCost, speed: DeviceSpeed): number {
  const reading = bytes / (BANDWIDTH_SHARE * speed.bandwidth);
  return 1 / (reading + dispatches * speed.dispatch + speed.roundTrip);
}
