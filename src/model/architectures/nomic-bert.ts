import type { Encoder } from '../decoder.ts';
import type { Graph } from '../graph.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import { alike, defaultScale } from '../layer-attention.ts';
import type { Matrix, TensorDirectory, Vector } from '../tensors.ts';
import * as shared from '../weights.ts';

/** Nomic Embed: BERT with rotations for positions, SwiGLU, and no biases but those of its norms. https://arxiv.org/abs/2402.01613 */
interface NomicBertWeights {
  readonly embedding: Matrix; // (vocabulary, dim)
  readonly sentence: Matrix; // (1, dim): of the first of a pair of sentences, as a lone one is
  readonly embeddingNorm: Vector; // (2, dim): weights, then biases, as in all norms
  readonly layers: readonly NomicBertLayer[];
}

interface NomicBertLayer extends shared.AttentionWeights, shared.FeedForwardWeights {
  readonly attentionNorm: Vector; // (2, dim)
  readonly norm: Vector; // (2, dim)
}

export function nomicBert(tensors: TensorDirectory, p: HyperParameters): Encoder {
  const weights = {
    embedding: tensors.matrix('token_embd.weight', p.vocabularySize, p.dim),
    sentence: tensors.firstRow('token_types.weight', p.dim),
    embeddingNorm: shared.layerNorm(tensors, p, 'token_embd_norm'),
    layers: shared.layerWeights(p, block => ({
      ...shared.attentionWeights(tensors, p, block),
      attentionNorm: shared.layerNorm(tensors, p, `${block}.attn_output_norm`),
      ...shared.feedForwardWeights(tensors, p, block),
      norm: shared.layerNorm(tensors, p, `${block}.layer_output_norm`),
    })),
  };
  return {
    attention: alike(p, { bidirectional: true, scale: defaultScale(p), rope: { ...p.rope, halves: true } }),
    forward: graph => forward(graph, weights),
  };
}

function forward(g: Graph, w: NomicBertWeights): void {
  const { x, q, k, v, queries, heads, hidden } = g.activations;
  g.embed(w.embedding, x);
  g.addEmbedding(w.sentence, x, 'first');
  g.layerNorm(x, w.embeddingNorm);
  for (const [i, layer] of w.layers.entries()) {
    g.linear(x, { matrix: layer.q, output: q });
    g.linear(x, { matrix: layer.k, output: k });
    g.linear(x, { matrix: layer.v, output: v });
    g.rope({ q, k, v, queries, layer: i });
    g.attention({ queries, result: heads, layer: i });
    g.linear(heads, { matrix: layer.attentionOutput, output: x, epilogue: 'add' });
    g.layerNorm(x, layer.attentionNorm);

    g.linear(x, { matrix: layer.gate, output: hidden });
    g.linear(x, { matrix: layer.up, output: hidden, epilogue: 'swiglu' });
    g.linear(hidden, { matrix: layer.down, output: x, epilogue: 'add' });
    g.layerNorm(x, layer.norm);
  }
}
