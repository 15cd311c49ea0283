import type { Gguf } from '../../gguf/gguf.ts';
import type { DeviceLimits } from '../../gpu/device.ts';
import { type ModelPlan, planModel } from '../../model/architectures.ts';
import { DEFAULT_CACHE_TYPE, fitContext } from '../../model/fit.ts';
import { createTokenizer, type Tokenizer } from '../../tokenizer/tokenizer.ts';

/** A model that was found fit to run, with what was read of its header. */
export interface NativeModel {
  readonly gguf: Gguf;
  readonly plan: ModelPlan;
  readonly tokenizer: Tokenizer;
  /** Tokens. */
  readonly contextLength: number;
}

/**
 * Reads what the header tells, and refuses a model that this engine cannot run on a device with these limits.
 *
 * @param contextLength tokens; the default fits the device
 * @throws ModelError `unsupported_architecture`, `unsupported_tensor_type`, `unsupported_tokenizer`, `invalid_gguf`,
 * `model_too_large`
 */
export function inspectModel(gguf: Gguf, limits: DeviceLimits, contextLength?: number): NativeModel {
  const plan = planModel(gguf);
  return {
    gguf,
    plan,
    contextLength: fitContext(plan, limits, DEFAULT_CACHE_TYPE, contextLength),
    tokenizer: createTokenizer(gguf.metadata),
  };
}
