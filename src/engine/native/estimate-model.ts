import { ModelError } from '../../errors.ts';
import type { Gguf } from '../../gguf/gguf.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { type ModelCost, modelCost } from '../../model/cost.ts';
import type { CacheSettings } from '../../model/fit.ts';
import { inspectModel } from './inspect-model.ts';

export { tokensPerSecond } from '../../model/cost.ts';
export { type DeviceSpeed, measureSpeed } from '../../model/device-speed.ts';

/** What is known of a model's fit to a device before it is loaded. */
export interface NativeEstimate {
  /** Tokens. */
  readonly contextLength: number;
  readonly cost: ModelCost;
  /** Why it does not fit, with the limit that is in the way. */
  readonly problem: string | undefined;
}

/** For a model that does not fit: to say what it would take, with the least context that is of use. */
const UNLIMITED = { maxBindingBytes: Number.MAX_SAFE_INTEGER, maxBufferBytes: Number.MAX_SAFE_INTEGER };
const LITTLE = { contextLength: 256 };

/**
 * Tells from the header alone what a load with these settings would take.
 *
 * @throws ModelError, RequestError as {@link inspectModel} does, but where the model is only too large
 */
export function estimateModel(
  gguf: Gguf,
  { limits, features }: Pick<Gpu, 'limits' | 'features'>,
  asked: CacheSettings,
  preferred: CacheSettings,
): NativeEstimate {
  let problem: string | undefined;
  const inspect = () => {
    try {
      return inspectModel(gguf, limits, asked, preferred);
    } catch (error) {
      if (!(error instanceof ModelError) || error.code !== 'model_too_large') throw error;
      problem = error.message;
      return inspectModel(gguf, UNLIMITED, asked, LITTLE);
    }
  };
  const { plan, contextLength, cacheType } = inspect();
  const setting = { contextLength, cacheType, variant: features, limits: problem === undefined ? limits : UNLIMITED };
  return { contextLength, cost: modelCost(plan, setting), problem };
}
