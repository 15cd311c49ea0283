import { ModelError } from '../errors.ts';
import { MAX_CHOSEN, MAX_EXPERTS } from '../kernels/experts/experts.ts';
import { type ArchitectureKeys, MAX_WIDTH } from './keys.ts';

/** Feed-forwards of which each token chooses some. */
export interface Experts {
  readonly count: number;
  /** By each token. */
  readonly chosen: number;
  /** Width inside one of them. */
  readonly hiddenDim: number;
}

/** @throws ModelError `invalid_gguf`, `unsupported_architecture` for more experts than the kernels can count */
export function readExperts(keys: ArchitectureKeys): Experts {
  const count = keys.count('expert_count', MAX_WIDTH);
  if (count > MAX_EXPERTS) {
    throw new ModelError(`It has ${count} experts; up to ${MAX_EXPERTS} are supported.`, 'unsupported_architecture');
  }
  return {
    count,
    chosen: keys.count('expert_used_count', Math.min(count, MAX_CHOSEN)),
    hiddenDim: keys.count('expert_feed_forward_length', MAX_WIDTH),
  };
}
