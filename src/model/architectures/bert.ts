import type { Encoder } from '../decoder.ts';
import type { Graph } from '../graph.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import { alike, defaultScale } from '../layer-attention.ts';
import type { Matrix, TensorDirectory, Vector } from '../tensors.ts';
import * as shared from '../weights.ts';

/** BERT: an encoder with learned positions, and a LayerNorm after each sum. https://arxiv.org/abs/1810.04805 */
interface BertWeights {
  readonly embedding: Matrix; // (vocabulary, dim)
  readonly sentence: Matrix | undefined; // (1, dim): of the first of a pair of sentences, as a lone one is
  readonly positions: Matrix; // (trainedContext, dim)
  readonly embeddingNorm: Vector; // (2, dim): weights, then biases, as in all norms
  readonly layers: readonly BertLayer[];
}

interface BertLayer extends shared.AttentionWeights {
  readonly qBias: Vector; // (heads · headDim)
  readonly kBias: Vector; // (kvHeads · headDim)
  readonly vBias: Vector; // (kvHeads · headDim)
  readonly attentionOutputBias: Vector; // (dim)
  readonly attentionNorm: Vector; // (2, dim)
  readonly up: Matrix; // (hiddenDim, dim)
  readonly upBias: Vector; // (hiddenDim)
  readonly down: Matrix; // (dim, hiddenDim)
  readonly downBias: Vector; // (dim)
  readonly norm: Vector; // (2, dim)
}

export function bert(tensors: TensorDirectory, p: HyperParameters): Encoder {
  const weights = {
    embedding: tensors.matrix('token_embd.weight', p.vocabularySize, p.dim),
    sentence: tensors.has('token_types.weight') ? tensors.firstRow('token_types.weight', p.dim) : undefined,
    positions: tensors.matrix('position_embd.weight', p.trainedContext, p.dim),
    embeddingNorm: shared.layerNorm(tensors, p, 'token_embd_norm'),
    layers: shared.layerWeights(p, block => bertLayer(tensors, p, block)),
  };
  return {
    attention: alike(p, { bidirectional: true, scale: defaultScale(p), rope: undefined }),
    forward: graph => forward(graph, weights),
  };
}

function bertLayer(tensors: TensorDirectory, p: HyperParameters, block: string): BertLayer {
  return {
    ...shared.attentionWeights(tensors, p, block),
    qBias: tensors.vector(`${block}.attn_q.bias`, p.heads * p.headDim),
    kBias: tensors.vector(`${block}.attn_k.bias`, p.kvHeads * p.headDim),
    vBias: tensors.vector(`${block}.attn_v.bias`, p.kvHeads * p.headDim),
    attentionOutputBias: tensors.vector(`${block}.attn_output.bias`, p.dim),
    attentionNorm: shared.layerNorm(tensors, p, `${block}.attn_output_norm`),
    up: tensors.matrix(`${block}.ffn_up.weight`, p.hiddenDim, p.dim),
    upBias: tensors.vector(`${block}.ffn_up.bias`, p.hiddenDim),
    down: tensors.matrix(`${block}.ffn_down.weight`, p.dim, p.hiddenDim),
    downBias: tensors.vector(`${block}.ffn_down.bias`, p.dim),
    norm: shared.layerNorm(tensors, p, `${block}.layer_output_norm`),
  };
}

function forward(g: Graph, w: BertWeights): void {
  const { x, q, k, v, queries, heads, hidden } = g.activations;
  g.embed(w.embedding, x);
  if (w.sentence) g.addEmbedding(w.sentence, x, 'first');
  g.addEmbedding(w.positions, x, 'position');
  g.layerNorm(x, w.embeddingNorm);
  for (const [i, layer] of w.layers.entries()) {
    g.linear(x, { matrix: layer.q, bias: layer.qBias, output: q });
    g.linear(x, { matrix: layer.k, bias: layer.kBias, output: k });
    g.linear(x, { matrix: layer.v, bias: layer.vBias, output: v });
    g.rope({ q, k, v, queries, layer: i });
    g.attention({ queries, result: heads, layer: i });
    g.linear(heads, { matrix: layer.attentionOutput, bias: layer.attentionOutputBias, output: x, epilogue: 'add' });
    g.layerNorm(x, layer.attentionNorm);

    g.linear(x, { matrix: layer.up, bias: layer.upBias, output: hidden, epilogue: 'gelu' });
    g.linear(hidden, { matrix: layer.down, bias: layer.downBias, output: x, epilogue: 'add' });
    g.layerNorm(x, layer.norm);
  }
}
