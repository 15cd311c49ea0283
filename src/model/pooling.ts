import { ModelError } from '../errors.ts';
import type { Pooling } from '../kernels/pool/pool.ts';
import type { ArchitectureKeys } from './keys.ts';

export type PoolingName = keyof typeof Pooling;

/** GGUF's numbers of what can be done here; 0 stands for none. */
const poolings: readonly (PoolingName | undefined)[] = [undefined, 'mean', 'cls', 'last'];

/**
 * How the file says that tokens become one vector, as models do that were made to embed.
 *
 * @throws ModelError `unsupported_architecture` for rankers, which give a score
 */
export function readPooling(keys: ArchitectureKeys): PoolingName | undefined {
  const type = keys.optionalPositive('pooling_type') ?? 0;
  if (type in poolings) return poolings[type];
  throw new ModelError(
    `${keys.key('pooling_type')} is ${type}; 1 (mean), 2 (cls) and 3 (last) are supported.`,
    'unsupported_architecture',
  );
}
