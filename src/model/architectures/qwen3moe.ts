import type { Decoder } from '../decoder.ts';
import { readExperts } from '../experts.ts';
import type { Graph } from '../graph.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import type { ArchitectureKeys } from '../keys.ts';
import { alike, defaultScale } from '../layer-attention.ts';
import type { TensorDirectory, Vector } from '../tensors.ts';
import * as shared from '../weights.ts';

/** Qwen 3 with a mixture of experts as its feed-forward. Yang et al., https://arxiv.org/abs/2505.09388 */
interface Qwen3MoeWeights extends shared.VocabularyWeights {
  readonly layers: readonly Qwen3MoeLayer[];
}

interface Qwen3MoeLayer extends shared.AttentionWeights, shared.ExpertWeights {
  readonly attentionNorm: Vector; // (dim)
  readonly gains: Vector; // (2, headDim): of queries, of keys
  readonly feedForwardNorm: Vector; // (dim)
}

export function qwen3moe(tensors: TensorDirectory, p: HyperParameters, keys: ArchitectureKeys): Decoder {
  const experts = readExperts(keys);
  const weights = {
    ...shared.vocabularyWeights(tensors, p),
    layers: shared.layerWeights(p, block => ({
      attentionNorm: tensors.vector(`${block}.attn_norm.weight`, p.dim),
      ...shared.attentionWeights(tensors, p, block),
      gains: shared.headGains(tensors, p, block),
      feedForwardNorm: tensors.vector(`${block}.ffn_norm.weight`, p.dim),
      ...shared.expertWeights(tensors, p, experts, block),
    })),
  };
  return {
    ...weights,
    experts,
    attention: alike(p, { scale: defaultScale(p), rope: { ...p.rope, halves: true } }),
    forward: graph => forward(graph, weights),
  };
}

function forward(g: Graph, w: Qwen3MoeWeights): void {
  const { x, q, k, v, queries, heads, hidden } = g.activations;
  g.embed(w.embedding, x);
  for (const [i, layer] of w.layers.entries()) {
    g.normedLinear(x, layer.attentionNorm, [
      { matrix: layer.q, output: q },
      { matrix: layer.k, output: k },
      { matrix: layer.v, output: v },
    ]);
    g.rope({ q, k, v, queries, layer: i, norm: { over: 'head', gains: layer.gains } });
    g.attention({ queries, result: heads, layer: i });
    g.linear(heads, { matrix: layer.attentionOutput, output: x, epilogue: 'add' });

    g.chooseExperts(x, layer.feedForwardNorm, { matrix: layer.router });
    g.normedExperts(x, layer.feedForwardNorm, [
      { matrix: layer.gate, output: hidden },
      { matrix: layer.up, output: hidden, epilogue: 'swiglu' },
    ]);
    g.addExperts(hidden, { matrix: layer.down, output: x });
  }
}
