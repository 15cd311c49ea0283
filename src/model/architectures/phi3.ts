import type { Decoder } from '../decoder.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import { alike, defaultScale, type Rope } from '../layer-attention.ts';
import type { Matrix, TensorDirectory } from '../tensors.ts';
import * as shared from '../weights.ts';
import { llamaForward } from './llama.ts';

/**
 * Phi 3, 3.5 and 4 mini: llama whose file keeps queries, keys and values in one tensor, gate and up in another.
 * https://arxiv.org/abs/2404.14219
 *
 * The metadata may name a sliding window, but not the layers that have it; as in llama.cpp, none has:
 * https://github.com/ggml-org/llama.cpp/pull/13676
 */
export function phi3(tensors: TensorDirectory, p: HyperParameters): Decoder {
  const weights = {
    ...shared.vocabularyWeights(tensors, p),
    layers: shared.layerWeights(p, block => ({
      attentionNorm: tensors.vector(`${block}.attn_norm.weight`, p.dim),
      ...shared.attentionWeights(tensors, p, block),
      feedForwardNorm: tensors.vector(`${block}.ffn_norm.weight`, p.dim),
      ...feedForwardWeights(tensors, p, block),
    })),
  };
  return {
    ...weights,
    attention: alike(p, { scale: defaultScale(p), rope: longRope(tensors, p) }),
    forward: graph => llamaForward(graph, weights),
  };
}

function feedForwardWeights(tensors: TensorDirectory, p: HyperParameters, block: string): shared.FeedForwardWeights {
  const half = (first: number): Matrix =>
    tensors.rows(`${block}.ffn_up.weight`, { first, count: p.hiddenDim, of: 2 * p.hiddenDim }, p.dim);
  return {
    gate: half(0),
    up: half(p.hiddenDim),
    down: tensors.matrix(`${block}.ffn_down.weight`, p.dim, p.hiddenDim),
  };
}

/** LongRoPE: contexts beyond the original one have factors of their own. https://arxiv.org/abs/2402.13753 */
function longRope(tensors: TensorDirectory, p: HyperParameters): Rope {
  const rope = { ...p.rope, halves: true };
  if (!tensors.has('rope_factors_long.weight')) return rope;
  const long = tensors.vector('rope_factors_long.weight', p.rope.dim / 2);
  const short = tensors.vector('rope_factors_short.weight', p.rope.dim / 2);
  return { ...rope, factors: contextLength => (contextLength > p.rope.originalContext ? long : short) };
}
