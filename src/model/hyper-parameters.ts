import { ModelError } from '../errors.ts';
import type { Metadata } from '../gguf/metadata.ts';

/** The numbers that shape a decoder, from the metadata of its file. */
export interface HyperParameters {
  readonly architecture: string;
  readonly layers: number;
  /** Width of the residual stream. */
  readonly dim: number;
  /** Width inside the feed-forward. */
  readonly hiddenDim: number;
  readonly heads: number;
  /** Heads of keys and values; each serves heads / kvHeads query heads. */
  readonly kvHeads: number;
  readonly headDim: number;
  /** Dimensions of a head that are rotated. */
  readonly rotaryDim: number;
  readonly ropeBase: number;
  /** Positions are divided by this. */
  readonly ropeScale: number;
  /** Added to the mean square in RMSNorm. */
  readonly normEpsilon: number;
  readonly vocabularySize: number;
  /** Context length that the model was trained for. */
  readonly trainedContext: number;
}

/** Far above any model that exists, and low enough that sizes computed from them stay exact integers. */
const MAX_WIDTH = 2 ** 20;
const MAX_LAYERS = 1024;

/**
 * Reads a decoder's hyper-parameters, whose keys begin with the architecture's name.
 *
 * @throws ModelError `invalid_gguf` where one is missing or makes no sense, `unsupported_architecture` where one asks
 * for what no kernel does.
 */
export function readHyperParameters(metadata: Metadata, architecture: string): HyperParameters {
  const key = (name: string) => `${architecture}.${name}`;
  const count = (name: string, most: number, fallback?: number): number => {
    const value =
      fallback === undefined ? metadata.number(key(name)) : (metadata.optionalNumber(key(name)) ?? fallback);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw invalid(`${key(name)} is ${value}; it must be an integer from 1 to ${most}.`);
  };
  const positive = (name: string, fallback?: number): number => {
    const value =
      fallback === undefined ? metadata.number(key(name)) : (metadata.optionalNumber(key(name)) ?? fallback);
    if (Number.isFinite(value) && value > 0) return value;
    throw invalid(`${key(name)} is ${value}; it must be a positive number.`);
  };

  const dim = count('embedding_length', MAX_WIDTH);
  const heads = count('attention.head_count', MAX_WIDTH);
  const kvHeads = count('attention.head_count_kv', heads, heads);
  const headDim = count('attention.key_length', MAX_WIDTH, dim / heads);
  if (heads % kvHeads !== 0) throw invalid(`${heads} query heads cannot share ${kvHeads} heads of keys and values.`);
  if (count('attention.value_length', MAX_WIDTH, headDim) !== headDim) {
    throw unsupported(`${key('attention.value_length')} differs from the key length ${headDim}.`);
  }
  const rotaryDim = count('rope.dimension_count', headDim, headDim);
  if (rotaryDim % 2 !== 0) throw invalid(`${key('rope.dimension_count')} is ${rotaryDim}; it must be even.`);
  const scaling = metadata.optionalString(key('rope.scaling.type')) ?? 'none';
  if (scaling !== 'none' && scaling !== 'linear') {
    throw unsupported(`${key('rope.scaling.type')} is ${scaling}; none and linear are supported.`);
  }
  return {
    architecture,
    layers: count('block_count', MAX_LAYERS),
    dim,
    hiddenDim: count('feed_forward_length', MAX_WIDTH),
    heads,
    kvHeads,
    headDim,
    rotaryDim,
    ropeBase: positive('rope.freq_base', 10_000),
    ropeScale: scaling === 'linear' ? positive('rope.scaling.factor') : 1,
    normEpsilon: positive('attention.layer_norm_rms_epsilon'),
    vocabularySize: metadata.strings('tokenizer.ggml.tokens').length,
    trainedContext: count('context_length', 2 ** 31),
  };
}

function invalid(message: string): ModelError {
  return new ModelError(message, 'invalid_gguf');
}

function unsupported(message: string): ModelError {
  return new ModelError(message, 'unsupported_architecture');
}
