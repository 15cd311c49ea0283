/** The tensors that models have in common, by the names that llama.cpp gives them. */
import type { Experts } from './experts.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import type { Matrix, TensorDirectory, Vector } from './tensors.ts';

export interface VocabularyWeights {
  readonly embedding: Matrix; // (vocabulary, dim)
  readonly outputNorm: Vector; // (dim)
  readonly output: Matrix; // (vocabulary, dim); the embedding itself where the file has no other
}

export function vocabularyWeights(
  tensors: TensorDirectory,
  p: HyperParameters,
  outputNorm = 'output_norm.weight',
): VocabularyWeights {
  const embedding = tensors.matrix('token_embd.weight', p.vocabularySize, p.dim);
  return {
    embedding,
    outputNorm: tensors.vector(outputNorm, p.dim),
    output: tensors.has('output.weight') ? tensors.matrix('output.weight', p.vocabularySize, p.dim) : embedding,
  };
}

export interface AttentionWeights {
  readonly q: Matrix; // (heads · headDim, dim)
  readonly k: Matrix; // (kvHeads · headDim, dim)
  readonly v: Matrix; // (kvHeads · headDim, dim)
  readonly attentionOutput: Matrix; // (dim, heads · headDim)
}

export function attentionWeights(tensors: TensorDirectory, p: HyperParameters, block: string): AttentionWeights {
  if (tensors.has(`${block}.attn_qkv.weight`)) return fusedAttentionWeights(tensors, p, block);
  const queryDim = p.heads * p.headDim;
  const kvDim = p.kvHeads * p.headDim;
  return {
    q: tensors.matrix(`${block}.attn_q.weight`, queryDim, p.dim),
    k: tensors.matrix(`${block}.attn_k.weight`, kvDim, p.dim),
    v: tensors.matrix(`${block}.attn_v.weight`, kvDim, p.dim),
    attentionOutput: tensors.matrix(`${block}.attn_output.weight`, p.dim, queryDim),
  };
}

/** The same from one tensor that holds queries, keys and values. */
function fusedAttentionWeights(tensors: TensorDirectory, p: HyperParameters, block: string): AttentionWeights {
  const queryDim = p.heads * p.headDim;
  const kvDim = p.kvHeads * p.headDim;
  const rows = (first: number, count: number): Matrix =>
    tensors.rows(`${block}.attn_qkv.weight`, { first, count, of: queryDim + 2 * kvDim }, p.dim);
  return {
    q: rows(0, queryDim),
    k: rows(queryDim, kvDim),
    v: rows(queryDim + kvDim, kvDim),
    attentionOutput: tensors.matrix(`${block}.attn_output.weight`, p.dim, queryDim),
  };
}

export interface FeedForwardWeights {
  readonly gate: Matrix; // (hiddenDim, dim)
  readonly up: Matrix; // (hiddenDim, dim)
  readonly down: Matrix; // (dim, hiddenDim)
}

export function feedForwardWeights(tensors: TensorDirectory, p: HyperParameters, block: string): FeedForwardWeights {
  return {
    gate: tensors.matrix(`${block}.ffn_gate.weight`, p.hiddenDim, p.dim),
    up: tensors.matrix(`${block}.ffn_up.weight`, p.hiddenDim, p.dim),
    down: tensors.matrix(`${block}.ffn_down.weight`, p.dim, p.hiddenDim),
  };
}

export interface ExpertWeights {
  readonly router: Matrix; // (experts, dim)
  readonly gate: Matrix; // (experts, hiddenDim, dim)
  readonly up: Matrix; // (experts, hiddenDim, dim)
  readonly down: Matrix; // (experts, dim, hiddenDim)
}

export function expertWeights(
  tensors: TensorDirectory,
  { dim }: HyperParameters,
  { count, hiddenDim }: Experts,
  block: string,
): ExpertWeights {
  return {
    router: tensors.matrix(`${block}.ffn_gate_inp.weight`, count, dim),
    gate: tensors.stack(`${block}.ffn_gate_exps.weight`, count, hiddenDim, dim),
    up: tensors.stack(`${block}.ffn_up_exps.weight`, count, hiddenDim, dim),
    down: tensors.stack(`${block}.ffn_down_exps.weight`, count, dim, hiddenDim),
  };
}

/** Weights and then biases of a LayerNorm: (2, dim). */
export function layerNorm(tensors: TensorDirectory, p: HyperParameters, name: string): Vector {
  return tensors.endToEnd([`${name}.weight`, p.dim], [`${name}.bias`, p.dim]);
}

/** Gains of queries and keys that each head is normed with. */
export function headGains(tensors: TensorDirectory, p: HyperParameters, block: string): Vector {
  return tensors.endToEnd([`${block}.attn_q_norm.weight`, p.headDim], [`${block}.attn_k_norm.weight`, p.headDim]);
}

/** One set of weights for each layer. */
export function layerWeights<T>(p: HyperParameters, weights: (block: string) => T): T[] {
  return Array.from({ length: p.layers }, (_, i) => weights(`blk.${i}`));
}
