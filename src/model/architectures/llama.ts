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
  readonly biases?: Biases;
}

/** Of the products that have one: in few models, Granite's first ones among them. */
interface Biases {
  readonly q: Vector | undefined; // (heads · headDim)
  readonly k: Vector | undefined; // (kvHeads · headDim)
  readonly v: Vector | undefined; // (kvHeads · headDim)
  readonly attentionOutput: Vector | undefined; // (dim)
  readonly gate: Vector | undefined; // (hiddenDim)
  readonly up: Vector | undefined; // (hiddenDim)
  readonly down: Vector | undefined; // (dim)
}

export function llama(tensors: TensorDirectory, p: HyperParameters): Decoder {
  const { layers, ...vocabulary } = llamaWeights(tensors, p);
  const weights = {
    ...vocabulary,
    layers: layers.map((layer, i) => ({ ...layer, biases: readBiases(tensors, p, `blk.${i}`) })),
  };
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

function readBiases(tensors: TensorDirectory, p: HyperParameters, block: string): Biases {
  const bias = (product: string, rows: number) => {
    const name = `${block}.${product}.bias`;
    return tensors.has(name) ? tensors.vector(name, rows) : undefined;
  };
  return {
    q: bias('attn_q', p.heads * p.headDim),
    k: bias('attn_k', p.kvHeads * p.headDim),
    v: bias('attn_v', p.kvHeads * p.headDim),
    attentionOutput: bias('attn_output', p.dim),
    gate: bias('ffn_gate', p.hiddenDim),
    up: bias('ffn_up', p.hiddenDim),
    down: bias('ffn_down', p.dim),
  };
}

/** From the step's token ids to the residual stream `x` behind the last layer. */
export function llamaForward(g: Graph, w: LlamaWeights): void {
  const { x, q, k, v, queries, heads, hidden } = g.activations;
  g.embed(w.embedding, x);
  for (const [i, { biases, ...layer }] of w.layers.entries()) {
    g.normedLinear(x, layer.attentionNorm, [
      { matrix: layer.q, bias: biases?.q, output: q },
      { matrix: layer.k, bias: biases?.k, output: k },
      { matrix: layer.v, bias: biases?.v, output: v },
    ]);
    g.rope({ q, k, v, queries, layer: i });
    g.attention({ queries, result: heads, layer: i });
    g.linear(heads, { matrix: layer.attentionOutput, bias: biases?.attentionOutput, output: x, epilogue: 'add' });

    g.normedLinear(x, layer.feedForwardNorm, [
      { matrix: layer.gate, bias: biases?.gate, output: hidden },
      { matrix: layer.up, bias: biases?.up, output: hidden, epilogue: 'swiglu' },
    ]);
    g.linear(hidden, { matrix: layer.down, bias: biases?.down, output: x, epilogue: 'add' });
  }
}
