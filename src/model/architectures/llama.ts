import type { Decoder } from '../decoder.ts';
import type { Graph } from '../graph.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import { alike, defaultScale } from '../layer-attention.ts';
import type { TensorDirectory, Vector } from '../tensors.ts';
import * as shared from '../weights.ts';

/** Llama 2 and 3 and their kin. Touvron et al., https://arxiv.org/abs/2302.13971; https://arxiv.org/abs/2407.21783 */
export interface LlamaWeights extends shared.VocabularyWeights {
  readonly layers: readonly LlamaLayer[];
}

interface LlamaLayer extends shared.AttentionWeights, shared.FeedForwardWeights {
  readonly attentionNorm: Vector; // (dim)
  readonly feedForwardNorm: Vector; // (dim)
}

export function llama(tensors: TensorDirectory, p: HyperParameters): Decoder {
  const weights = llamaWeights(tensors, p);
  const factors = tensors.has('rope_freqs.weight') ? tensors.vector('rope_freqs.weight', p.rope.dim / 2) : undefined;
  const rope = { ...p.rope, halves: false, factors: factors && (() => factors) };
  return {
    ...weights,
    attention: alike(p, { scale: defaultScale(p), rope }),
    forward: graph => llamaForward(graph, weights),
  };
}

export function llamaWeights(tensors: TensorDirectory, p: HyperParameters): LlamaWeights {
  return {
    ...shared.vocabularyWeights(tensors, p),
    layers: shared.layerWeights(p, block => ({
      attentionNorm: tensors.vector(`${block}.attn_norm.weight`, p.dim),
      ...shared.attentionWeights(tensors, p, block),
      feedForwardNorm: tensors.vector(`${block}.ffn_norm.weight`, p.dim),
      ...shared.feedForwardWeights(tensors, p, block),
    })),
  };
}

/** From the step's token ids to the residual stream `x` behind the last layer. */
export function llamaForward(g: Graph, w: LlamaWeights): void {
  const { x, q, k, v, queries, heads, hidden } = g.activations;
  g.embed(w.embedding, x);
  for (const [i, layer] of w.layers.entries()) {
    g.normedLinear(x, layer.attentionNorm, [
      { matrix: layer.q, output: q },
      { matrix: layer.k, output: k },
      { matrix: layer.v, output: v },
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
