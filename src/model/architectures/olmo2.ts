import type { Decoder } from '../decoder.ts';
import type { Graph } from '../graph.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import type { ArchitectureKeys } from '../keys.ts';
import { defaultScale, type LayerAttention } from '../layer-attention.ts';
import type { TensorDirectory, Vector } from '../tensors.ts';
import * as shared from '../weights.ts';

/**
 * OLMo 2: norms after attention and feed-forward instead of before, and one of queries (and of keys) over all heads
 * together. https://arxiv.org/abs/2501.00656
 *
 * OLMo 3 is the same with a sliding window in three of four layers, whose rotations are not scaled.
 * https://arxiv.org/abs/2512.13961
 */
interface Olmo2Weights extends shared.VocabularyWeights {
  readonly layers: readonly Olmo2Layer[];
}

interface Olmo2Layer extends shared.AttentionWeights, shared.FeedForwardWeights {
  readonly gains: Vector; // (heads + kvHeads, headDim): of queries, of keys
  readonly attentionPostNorm: Vector; // (dim)
  readonly feedForwardPostNorm: Vector; // (dim)
}

/** One layer in so many sees everything, where the others have a sliding window. */
const PERIOD = 4;

export function olmo2(tensors: TensorDirectory, p: HyperParameters, keys: ArchitectureKeys): Decoder {
  const weights = {
    ...shared.vocabularyWeights(tensors, p),
    layers: shared.layerWeights(p, block => ({
      ...shared.attentionWeights(tensors, p, block),
      gains: tensors.endToEnd(
        [`${block}.attn_q_norm.weight`, p.heads * p.headDim],
        [`${block}.attn_k_norm.weight`, p.kvHeads * p.headDim],
      ),
      attentionPostNorm: tensors.vector(`${block}.post_attention_norm.weight`, p.dim),
      ...shared.feedForwardWeights(tensors, p, block),
      feedForwardPostNorm: tensors.vector(`${block}.post_ffw_norm.weight`, p.dim),
    })),
  };
  return {
    ...weights,
    attention: layerAttention(p, keys),
    forward: graph => forward(graph, weights),
  };
}

function layerAttention(p: HyperParameters, keys: ArchitectureKeys): LayerAttention[] {
  const global = { scale: defaultScale(p), rope: { ...p.rope, halves: true } };
  const window = keys.window();
  const unscaled = { ...global.rope, scale: 1, attentionFactor: 1, yarn: false };
  const local = window === undefined ? global : { ...global, window, rope: unscaled };
  return keys.slidingLayers(p.layers, PERIOD).map(slides => (slides ? local : global));
}

function forward(g: Graph, w: Olmo2Weights): void {
  const { x, branch, q, k, v, queries, heads, hidden } = g.activations;
  g.embed(w.embedding, x);
  for (const [i, layer] of w.layers.entries()) {
    g.linear(x, { matrix: layer.q, output: q });
    g.linear(x, { matrix: layer.k, output: k });
    g.linear(x, { matrix: layer.v, output: v });
    g.rope({ q, k, v, queries, layer: i, norm: { over: 'allHeads', gains: layer.gains } });
    g.attention({ queries, result: heads, layer: i });
    g.linear(heads, { matrix: layer.attentionOutput, output: branch });
    g.addNormed(branch, layer.attentionPostNorm, x);

    g.linear(x, { matrix: layer.gate, output: hidden });
    g.linear(x, { matrix: layer.up, output: hidden, epilogue: 'swiglu' });
    g.linear(hidden, { matrix: layer.down, output: branch });
    g.addNormed(branch, layer.feedForwardPostNorm, x);
  }
}
