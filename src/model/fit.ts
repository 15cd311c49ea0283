import { ModelError, RequestError } from '../errors.ts';
import type { DeviceLimits } from '../gpu/device.ts';
import { MAX_WORKGROUPS } from '../gpu/kernel.ts';
import { MAX_HEAD_DIM } from '../kernels/attention/attention.ts';
import { CACHE_TYPES, type CacheType, cachedRowBytes, Q8_BLOCK } from '../kernels/shared/cache.ts';
import type { ModelPlan } from './architectures.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import { recurrentStateBytes } from './recurrence.ts';
import { rotationBytes } from './rotations.ts';
import { activationBytes, positionBytes, recurrentLayers, stepTokens, tokenBytes } from './state.ts';

/** Of decoders: half the memory of f32, and exact enough for every model it was tried on. */
const DEFAULT_CACHE_TYPE: CacheType = 'f16';

/**
 * Of the largest buffer, for what the positions of the default context take together. WebGPU does not tell how much
 * memory a GPU has; the largest buffer, from 256 MiB to 4 GiB, is the nearest to it that it tells. A quarter leaves room
 * for weights, and holds 2,000 tokens of a Llama of 1B parameters on the least device, 32,000 on a large one.
 */
const DEFAULT_CONTEXT_SHARE = 1 / 4;

/** A step's ids go through a uniform, of which WebGPU guarantees 64 KiB. */
const MAX_STEP_IDS = 16_000;

/** A context shorter than this is no use to a chat; a model that cannot have it does not fit. */
const LEAST_CONTEXT = 256;

/** How a model's cache is to be; what is absent is chosen to fit. */
export interface CacheSettings {
  /** Tokens. */
  readonly contextLength?: number | undefined;
  readonly cacheType?: CacheType | undefined;
}

/** How a model's cache is. */
export interface CacheChoice {
  /** Tokens. */
  readonly contextLength: number;
  /** To which it may be cut where the GPU turns out to have less memory free: not at all where it was asked for. */
  readonly leastContext: number;
  readonly cacheType: CacheType;
}

/**
 * The cache that a model gets on a device: as it was asked for, else as it is preferred, as far as the model and the
 * device allow, else the default: an f16 cache for as many tokens as the model was trained for, or as fit
 * {@link DEFAULT_CONTEXT_SHARE}.
 *
 * @throws RequestError `invalid_value` for what is no length or type, and for a length beyond the training; ModelError `model_too_large` where a binding cannot
 * hold a row, an activation or the least context, or where what was asked for does not fit; `unsupported_architecture`
 * for heads that the attention kernel or the cache cannot hold.
 */
export function fitCache(
  plan: ModelPlan,
  limits: DeviceLimits,
  asked: CacheSettings = {},
  preferred: CacheSettings = {},
): CacheChoice {
  checkSettings(asked);
  checkSettings(preferred);
  checkModel(plan, limits);
  const { hyperParameters: p } = plan;
  checkTrained(asked, p.trainedContext);
  if (asked.cacheType && !canCache(p, asked.cacheType)) {
    const message = `The ${asked.cacheType} cache takes heads of a multiple of ${Q8_BLOCK} dimensions; the model's have ${p.headDim}.`;
    throw new ModelError(message, 'unsupported_architecture');
  }
  // An encoder keeps too little to save on.
  const wanted = asked.cacheType ?? (plan.output ? (preferred.cacheType ?? DEFAULT_CACHE_TYPE) : 'f32');
  const cacheType = canCache(p, wanted) ? wanted : DEFAULT_CACHE_TYPE;
  const binding = Math.min(limits.maxBindingBytes, limits.maxBufferBytes);
  const cachedBytes = p.kvHeads * cachedRowBytes(cacheType, p.headDim);
  const rowBytes = Math.max(cachedBytes, rotationBytes(1, p.rope), ...tokenBytes(plan));
  const stepLimit = plan.output ? p.trainedContext : MAX_STEP_IDS;
  const most = Math.min(p.trainedContext, stepLimit, Math.floor(binding / rowBytes));
  const least = Math.min(LEAST_CONTEXT, p.trainedContext);
  const fitting = Math.floor((limits.maxBufferBytes * DEFAULT_CONTEXT_SHARE) / positionBytes(plan, cacheType));
  const contextLength = asked.contextLength ?? Math.min(preferred.contextLength ?? Math.max(fitting, least), most);
  if (most < least || contextLength > most) {
    throw tooLarge(`a context of ${Math.max(contextLength, least)} tokens needs more`, binding);
  }
  return { contextLength, leastContext: asked.contextLength ?? Math.min(contextLength, least), cacheType };
}

/** @throws RequestError `invalid_value` for a context beyond what the model was trained for */
export function checkTrained({ contextLength }: CacheSettings, trained: number): void {
  if (contextLength === undefined || contextLength <= trained) return;
  const message = `contextLength is ${contextLength}; the model was trained for ${trained} tokens.`;
  throw new RequestError(message, 'invalid_value', 'contextLength');
}

/** @throws RequestError `invalid_value` for what is no length or type */
export function checkSettings({ contextLength, cacheType }: CacheSettings): void {
  if (contextLength !== undefined && !(Number.isInteger(contextLength) && contextLength >= 1)) {
    const message = `contextLength is ${contextLength}; it must be an integer from 1.`;
    throw new RequestError(message, 'invalid_value', 'contextLength');
  }
  if (cacheType !== undefined && !CACHE_TYPES.includes(cacheType)) {
    const message = `cacheType is ${cacheType}; it must be one of ${CACHE_TYPES.join(', ')}.`;
    throw new RequestError(message, 'invalid_value', 'cacheType');
  }
}

function canCache({ headDim }: HyperParameters, type: CacheType): boolean {
  return type !== 'q8' || headDim % Q8_BLOCK === 0;
}

/** What does not depend on the context. */
function checkModel(plan: ModelPlan, limits: DeviceLimits): void {
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
  const leastStep = stepTokens(plan, Math.min(LEAST_CONTEXT, p.trainedContext));
  for (const [name, bytes] of Object.entries(activationBytes(plan, leastStep))) {
    if (bytes > binding) throw tooLarge(`the activation ${name} takes ${bytes} bytes`, binding);
  }
  if (p.heads > MAX_WORKGROUPS) throw tooLarge(`it has ${p.heads} heads`, binding);
  const stateBytes = recurrence ? recurrentStateBytes(recurrence, recurrentLayers(plan).length) : 0;
  if (stateBytes > binding) throw tooLarge(`its recurrent state takes ${stateBytes} bytes`, binding);
}

function tooLarge(what: string, binding: number): ModelError {
  return new ModelError(
    `The model does not fit: ${what}, and a binding holds ${binding} bytes here.`,
    'model_too_large',
  );
}
