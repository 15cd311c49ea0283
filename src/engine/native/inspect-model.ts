import type { Gguf } from '../../gguf/gguf.ts';
import type { DeviceLimits } from '../../gpu/device.ts';
import { type ModelPlan, planModel } from '../../model/architectures.ts';
import { type CacheChoice, type CacheSettings, fitCache } from '../../model/fit.ts';
import { createTokenizer, type Tokenizer } from '../../tokenizer/tokenizer.ts';

/** A model that was found fit to run, with what was read of its header. */
export interface NativeModel extends CacheChoice {
  readonly gguf: Gguf;
  readonly plan: ModelPlan;
  readonly tokenizer: Tokenizer;
}

/**
 * Reads what the header tells, and refuses a model that this engine cannot run on a device with these limits.
 *
 * @param asked how the cache must be
 * @param preferred how it should be where model and device allow
 * @throws ModelError `unsupported_architecture`, `unsupported_tensor_type`, `unsupported_tokenizer`, `invalid_gguf`,
 * `model_too_large`; RequestError `invalid_value`
 */
export function inspectModel(
  gguf: Gguf,
  limits: DeviceLimits,
  asked?: CacheSettings,
  preferred?: CacheSettings,
): NativeModel {
  const plan = planModel(gguf);
  return {
    gguf,
    plan,
    ...fitCache(plan, limits, asked, preferred),
    tokenizer: createTokenizer(gguf.metadata),
  };
}
