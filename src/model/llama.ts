import type { Graph } from './graph.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import type { Matrix, TensorDirectory, Vector } from './tensors.ts';

/** Llama 2 and 3 and their kin. Touvron et al., https://arxiv.org/abs/2302.13971; https://arxiv.org/abs/2407.21783 */
export interface LlamaWeights {
  readonly embedding: Matrix; // (vocabulary, dim)
  readonly layers: readonly LlamaLayer[];
  readonly outputNorm: Vector; // (dim)
  readonly output: Matrix; // (vocabulary, dim); the embedding itself where the file has no other
  readonly ropeFactors: Vector | undefined; // (rotaryDim / 2), dividing the frequencies
}

interface LlamaLayer {
  readonly attentionNorm: Vector; // (dim)
  readonly q: Matrix; // (heads · headDim, dim)
  readonly k: Matrix; // (kvHeads · headDim, dim)
  readonly v: Matrix; // (kvHeads · headDim, dim)
  readonly attentionOutput: Matrix; // (dim, heads · headDim)
  readonly feedForwardNorm: Vector; // (dim)
  readonly gate: Matrix; // (hiddenDim, dim)
  readonly up: Matrix; // (hiddenDim, dim)
  readonly down: Matrix; // (dim, hiddenDim)
}

export function llamaWeights(tensors: TensorDirectory, p: HyperParameters): LlamaWeights {
  const embedding = tensors.matrix('token_embd.weight', p.vocabularySize, p.dim);
  return {
    embedding,
    layers: Array.from({ length: p.layers }, (_, i) => llamaLayer(tensors, p, `blk.${i}`)),
    outputNorm: tensors.vector('output_norm.weight', p.dim),
    output: tensors.has('output.weight') ? tensors.matrix('output.weight', p.vocabularySize, p.dim) : embedding,
    ropeFactors: tensors.has('rope_freqs.weight') ? tensors.vector('rope_freqs.weight', p.rotaryDim / 2) : undefined,
  };
}

function llamaLayer(tensors: TensorDirectory, p: HyperParameters, block: string): LlamaLayer {
  const queryDim = p.heads * p.headDim;
  const kvDim = p.kvHeads * p.headDim;
  return {
    attentionNorm: tensors.vector(`${block}.attn_norm.weight`, p.dim),
    q: tensors.matrix(`${block}.attn_q.weight`, queryDim, p.dim),
    k: tensors.matrix(`${block}.attn_k.weight`, kvDim, p.dim),
    v: tensors.matrix(`${block}.attn_v.weight`, kvDim, p.dim),
    attentionOutput: tensors.matrix(`${block}.attn_output.weight`, p.dim, queryDim),
    feedForwardNorm: tensors.vector(`${block}.ffn_norm.weight`, p.dim),
    gate: tensors.matrix(`${block}.ffn_gate.weight`, p.hiddenDim, p.dim),
    up: tensors.matrix(`${block}.ffn_up.weight`, p.hiddenDim, p.dim),
    down: tensors.matrix(`${block}.ffn_down.weight`, p.dim, p.hiddenDim),
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
