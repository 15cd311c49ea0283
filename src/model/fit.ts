import { ModelError } from '../errors.ts';
import type { DeviceLimits } from '../gpu/device.ts';
import { MAX_WORKGROUPS } from '../gpu/kernel.ts';
import { MAX_HEAD_DIM } from '../kernels/attention/attention.ts';
import { type CacheType, cachedRowBytes } from '../kernels/shared/cache.ts';
import type { ModelPlan } from './architectures.ts';
import { recurrentStateBytes } from './recurrence.ts';
import { activationBytes, recurrentLayers } from './state.ts';

/** Half the memory of f32, and exact enough for every model it was tried on. */
export const DEFAULT_CACHE_TYPE: CacheType = 'f16';

/** Context when none is asked for: enough for a long chat, small enough that its cache seldom decides what fits. */
const DEFAULT_CONTEXT = 4096;

/** A context shorter than this is no use to a chat; a model that cannot have it does not fit. */
const LEAST_CONTEXT = 256;

/**
 * The context length that a model gets on a device: what was asked for, else the default, within what it was trained
 * for and what one binding of the cache can hold.
 *
 * @throws ModelError `model_too_large` where a binding cannot hold a row, an activation or the least context,
 * or where what was asked for does not fit; `unsupported_architecture` for heads that the attention kernel cannot hold.
 */
export function fitContext(plan: ModelPlan, limits: DeviceLimits, cache: CacheType, asked?: number): number {
  const { hyperParameters: p, tensors, recurrence } = plan;
  if (p.headDim > MAX_HEAD_DIM || p.headDim % 4 !== 0) {
    throw new ModelError(
      `Heads have ${p.headDim} dimensions; it must be a multiple of 4 up to ${MAX_HEAD_DIM}.`,
      'unsupported_architecture',
    );
  }
  const binding = Math.min(limits.maxBindingBytes, limits.maxBufferBytes);
  for (const { tensor, count, columns, bytes } of tensors.matrices) {
    // The least slice: one row, in the widest of types, or one matrix of a stack.
    const least = count === 1 ? columns * 4 : bytes / count;
    if (least > binding) throw tooLarge(`the least part of ${tensor.name} takes ${least} bytes`, binding);
  }
  for (const [name, bytes] of Object.entries(activationBytes(plan))) {
    if (bytes > binding) throw tooLarge(`the activation ${name} takes ${bytes} bytes`, binding);
  }
  if (p.heads > MAX_WORKGROUPS) throw tooLarge(`it has ${p.heads} heads`, binding);
  const stateBytes = recurrence ? recurrentStateBytes(recurrence, recurrentLayers(plan).length) : 0;
  if (stateBytes > binding) throw tooLarge(`its recurrent state takes ${stateBytes} bytes`, binding);
  const positionBytes = Math.max(p.kvHeads * cachedRowBytes(cache, p.headDim), (p.rope.dim / 2) * 8);
  const most = Math.min(p.trainedContext, Math.floor(binding / positionBytes));
  const least = Math.min(LEAST_CONTEXT, p.trainedContext);
  const context = asked ?? Math.min(DEFAULT_CONTEXT, most);
  if (most < least || context > most) {
    throw tooLarge(
      `a context of ${Math.max(context, least)} tokens (of ${p.trainedContext} trained) needs more`,
      binding,
    );
  }
  return context;
}

function tooLarge(what: string, binding: number): ModelError {
  return new ModelError(
    `The model does not fit: ${what}, and a binding holds ${binding} bytes here.`,
    'model_too_large',
  );
}
