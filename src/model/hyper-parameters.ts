import { ModelError } from '../errors.ts';
import type { Metadata } from '../gguf/metadata.ts';
import { type ArchitectureKeys, MAX_CONTEXT, MAX_WIDTH } from './keys.ts';
import { type RopeParameters, readRopeParameters } from './rope-parameters.ts';

/** The numbers that shape a model, from the metadata of its file. */
export interface HyperParameters {
  readonly architecture: string;
  readonly layers: number;
  /** Blocks behind the layers that guess further tokens, for speculation alone; what the model says does without them. */
  readonly guessingBlocks: number;
  /** Width of the residual stream. */
  readonly dim: number;
  /** Width inside the feed-forward. */
  readonly hiddenDim: number;
  readonly heads: number;
  /** Heads of keys and values; each serves heads / kvHeads query heads. */
  readonly kvHeads: number;
  readonly headDim: number;
  readonly rope: RopeParameters;
  /** Added to the mean square in RMSNorm, or to the variance in LayerNorm. */
  readonly normEpsilon: number;
  readonly vocabularySize: number;
  /** Context length that the model was trained for, or that its RoPE is scaled to by the file. */
  readonly trainedContext: number;
}

/** Far above any model that exists. */
const MAX_LAYERS = 1024;

/**
 * Reads the hyper-parameters that all models have.
 *
 * @throws ModelError `invalid_gguf` where one is missing or makes no sense, `unsupported_architecture` where one asks
 * for what no kernel does.
 */
export function readHyperParameters(metadata: Metadata, keys: ArchitectureKeys): HyperParameters {
  const dim = keys.count('embedding_length', MAX_WIDTH);
  const heads = keys.countOfLayers('attention.head_count', MAX_WIDTH);
  const kvHeads = keys.countOfLayers('attention.head_count_kv', heads, heads);
  const headDim = keys.count('attention.key_length', MAX_WIDTH, dim / heads);
  if (heads % kvHeads !== 0) {
    throw new ModelError(`${heads} query heads cannot share ${kvHeads} heads of keys and values.`, 'invalid_gguf');
  }
  if (keys.count('attention.value_length', MAX_WIDTH, headDim) !== headDim) {
    throw new ModelError(
      `${keys.key('attention.value_length')} differs from the key length ${headDim}.`,
      'unsupported_architecture',
    );
  }
  const blocks = keys.count('block_count', MAX_LAYERS);
  const guesses = keys.optionalPositive('nextn_predict_layers') !== undefined;
  const guessingBlocks = guesses ? keys.count('nextn_predict_layers', blocks - 1) : 0;
  const rope = readRopeParameters(keys, headDim);
  return {
    architecture: metadata.string('general.architecture'),
    layers: blocks - guessingBlocks,
    guessingBlocks,
    dim,
    hiddenDim: keys.countOfLayers('feed_forward_length', MAX_WIDTH),
    heads,
    kvHeads,
    headDim,
    rope,
    normEpsilon: keys.positive(
      'attention.layer_norm_rms_epsilon',
      keys.optionalPositive('attention.layer_norm_epsilon'),
    ),
    vocabularySize: metadata.strings('tokenizer.ggml.tokens').length,
    trainedContext: scaledContext(keys, rope),
  };
}

/** Some files tell the context that the scaling is for, some that before it. */
function scaledContext(keys: ArchitectureKeys, { scale }: RopeParameters): number {
  const original = keys.optionalPositive('rope.scaling.original_context_length') ?? 0;
  return Math.max(keys.count('context_length', MAX_CONTEXT), Math.min(Math.floor(original * scale), MAX_CONTEXT));
}
