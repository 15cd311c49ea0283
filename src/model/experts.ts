import { MAX_CHOSEN } from '../kernels/experts/experts.ts';
import { type ArchitectureKeys, MAX_WIDTH } from './keys.ts';

/** Feed-forwards of which each token chooses some. */
export interface Experts {
  readonly count: number;
  /** By each token. */
  readonly chosen: number;
  /** Width inside one of them. */
  readonly hiddenDim: number;
}

/** @throws ModelError `invalid_gguf` */
export function readExperts(keys: ArchitectureKeys): Experts {
  const count = keys.count('expert_count', MAX_WIDTH);
  return {
    count,
    chosen: keys.count('expert_used_count', Math.min(count, MAX_CHOSEN)),
    hiddenDim: keys.count('expert_feed_forward_length', MAX_WIDTH),
  };
}
