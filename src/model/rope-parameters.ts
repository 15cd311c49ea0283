import { ModelError } from '../errors.ts';
import { type ArchitectureKeys, MAX_CONTEXT } from './keys.ts';

/** What decides the angles of the rotary embedding, as far as metadata says it. */
export interface RopeParameters {
  /** Dimensions of a head that are rotated: the first ones. */
  readonly dim: number;
  readonly base: number;
  /** Positions are divided by this. */
  readonly scale: number;
  /** Multiplies cosine and sine. */
  readonly attentionFactor: number;
  /** Context before it was lengthened; where the file does not say, the trained context. */
  readonly originalContext: number;
  /** Whether fast frequencies stay as they were, and attention gets a temperature. */
  readonly yarn: boolean;
}

const SCALINGS = ['none', 'linear', 'longrope', 'yarn'];

/** @throws ModelError `invalid_gguf`, `unsupported_architecture` for a scaling that is not known */
export function readRopeParameters(keys: ArchitectureKeys, headDim: number): RopeParameters {
  const dim = keys.count('rope.dimension_count', headDim, headDim);
  if (dim % 2 !== 0) {
    throw new ModelError(`${keys.key('rope.dimension_count')} is ${dim}; it must be even.`, 'invalid_gguf');
  }
  // A factor without a type is linear, as in llama.cpp.
  const scaling = keys.optionalString('rope.scaling.type') ?? 'linear';
  if (!SCALINGS.includes(scaling)) {
    throw new ModelError(
      `${keys.key('rope.scaling.type')} is ${scaling}; ${SCALINGS.join(', ')} are supported.`,
      'unsupported_architecture',
    );
  }
  const trainedContext = keys.count('context_length', MAX_CONTEXT);
  return {
    dim,
    base: keys.positive('rope.freq_base', 10_000),
    scale: scaling === 'none' ? 1 : readScale(keys),
    attentionFactor: keys.optionalPositive('rope.scaling.attn_factor') ?? 1,
    originalContext: keys.count('rope.scaling.original_context_length', MAX_CONTEXT, trainedContext),
    yarn: scaling === 'yarn',
  };
}

/** Files of 2023 have the second key. */
function readScale(keys: ArchitectureKeys): number {
  return keys.optionalPositive('rope.scaling.factor') ?? keys.optionalPositive('rope.scale_linear') ?? 1;
}
