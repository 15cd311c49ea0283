import type { Buffers } from '../gpu/buffers.ts';
import type { DeviceLimits } from '../gpu/device.ts';
import type { Readback } from '../gpu/readback.ts';
import type { CacheType } from '../kernels/shared/cache.ts';
import type { Variant } from '../kernels/shared/compose.ts';
import type { ModelPlan } from './architectures.ts';
import { createAttention } from './attention-buffers.ts';
import type { GraphContext } from './graph-context.ts';
import { createActivations, createCache, stepTokens } from './state.ts';
import { GpuWeights } from './upload.ts';

/** What decides how a model lies on a device. */
export interface Setting {
  /** Tokens. */
  readonly contextLength: number;
  readonly cacheType: CacheType;
  /** Kernels. */
  readonly variant: Variant;
  readonly limits: DeviceLimits;
}

/** Every buffer of a model, with nothing in it yet. */
export interface Allocation {
  readonly context: GraphContext;
  readonly logits: Readback;
  readonly pooled: Readback;
  /** For copies of the recurrent state, where there is one. */
  readonly checkpoints: readonly GPUBuffer[];
}

/** Words of the step before the ids: tokens, position, row. */
export const STEP_WORDS = 3;

/**
 * Copies of a recurrent state that the GPU has room for: after the last prompt, after the one before it, and one in the
 * middle of a long one.
 */
const CHECKPOINTS = 3;

/** All that a model takes, as long as it is loaded: also what an estimate counts. */
export function allocate(buffers: Buffers, plan: ModelPlan, setting: Setting): Allocation {
  const { contextLength, cacheType, variant, limits } = setting;
  const { hyperParameters, experts } = plan;
  const tokens = stepTokens(plan, contextLength);
  const cache = createCache(buffers, plan, contextLength, cacheType);
  const activations = createActivations(buffers, plan, tokens);
  const state = cache.recurrent?.buffer;
  return {
    context: {
      hyperParameters,
      experts,
      variant,
      weights: new GpuWeights(buffers, plan.tensors, limits),
      activations,
      cache,
      stepTokens: tokens,
      step: buffers.uniform('step', (STEP_WORDS + tokens) * 4),
      attention: createAttention(buffers, plan, contextLength),
    },
    logits: buffers.readback('logits for the CPU', activations.logits.size),
    pooled: buffers.readback('embedding for the CPU', activations.pooled.size),
    checkpoints: state
      ? Array.from({ length: CHECKPOINTS }, (_, i) => buffers.storage(`checkpoint ${i}`, state.size))
      : [],
  };
}
