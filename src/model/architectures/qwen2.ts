import type { Decoder } from '../decoder.ts';
import type { Graph } from '../graph.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import { alike, defaultScale } from '../layer-attention.ts';
import type { TensorDirectory, Vector } from '../tensors.ts';
import * as shared from '../weights.ts';

/** Qwen 2 and 2.5: llama with biases on queries, keys and values. Yang et al., https://arxiv.org/abs/2407.10671 */
interface Qwen2Weights extends shared.VocabularyWeights {
  readonly layers: readonly Qwen2Layer[];
}

interface Qwen2Layer extends shared.AttentionWeights, shared.FeedForwardWeights {
  readonly attentionNorm: Vector; // (dim)
  readonly qBias: Vector; // (heads · headDim)
  readonly kBias: Vector; // (kvHeads · headDim)
  readonly vBias: Vector; // (kvHeads · headDim)
  readonly feedForwardNorm: Vector; // (dim)
}

export function qwen2(tensors: TensorDirectory, p: HyperParameters): Decoder {
  const weights = {
    ...shared.vocabularyWeights(tensors, p),
    layers: shared.layerWeights(p, block => ({
      attentionNorm: tensors.vector(`${block}.attn_norm.weight`, p.dim),
      ...shared.attentionWeights(tensors, p, block),
      qBias: tensors.vector(`${block}.attn_q.bias`, p.heads * p.headDim),
      kBias: tensors.vector(`${block}.attn_k.bias`, p.kvHeads * p.headDim),
      vBias: tensors.vector(`${block}.attn_v.bias`, p.kvHeads * p.headDim),
      feedForwardNorm: tensors.vector(`${block}.ffn_norm.weight`, p.dim),
      ...shared.feedForwardWeights(tensors, p, block),
    })),
  };
  return {
    ...weights,
    attention: alike(p, { scale: defaultScale(p), rope: { ...p.rope, halves: true } }),
    forward: graph => forward(graph, weights),
  };
}

function forward(g: Graph, w: Qwen2Weights): void {
  const { x, q, k, v, queries, heads, hidden } = g.activations;
  g.embed(w.embedding, x);
  for (const [i, layer] of w.layers.entries()) {
    g.normedLinear(x, layer.attentionNorm, [
      { matrix: layer.q, bias: layer.qBias, output: q },
      { matrix: layer.k, bias: layer.kBias, output: k },
      { matrix: layer.v, bias: layer.vBias, output: v },
    ]);
    g.rope({ q, k, v, queries, layer: i });
    g.attention({ queries, result: heads, layer: i });
    g.linear(heads, { matrix: layer.attentionOutput, output: x, epilogue: 'add' });

    g.normedLinear(x, layer.feedForwardNorm, [
      { matrix: layer.gate, output: hidden },
      { matrix: layer.up, output: hidden, epilogue: 'swiglu' },
    ]);
    g.linear(hidden, { matrix: layer.down, output: x, epilogue: 'add' });
  }
}
