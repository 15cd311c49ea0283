import type { Decoder } from '../decoder.ts';
import type { Graph } from '../graph.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import { type ArchitectureKeys, MAX_CONTEXT } from '../keys.ts';
import type { TensorDirectory, Vector } from '../tensors.ts';
import * as shared from '../weights.ts';

/**
 * Gemma 2: norms before and after attention and feed-forward, soft caps, a sliding window in every other layer.
 * https://arxiv.org/abs/2408.00118
 */
export interface GemmaWeights extends shared.VocabularyWeights {
  readonly layers: readonly GemmaLayer[];
}

interface GemmaLayer extends shared.AttentionWeights, shared.FeedForwardWeights {
  readonly attentionNorm: Vector; // (dim)
  readonly gains?: Vector; // (2, headDim): of queries, of keys; in Gemma 3
  readonly attentionPostNorm: Vector; // (dim)
  readonly feedForwardNorm: Vector; // (dim)
  readonly feedForwardPostNorm: Vector; // (dim)
}

/** Every other layer has a sliding window. */
const PERIOD = 2;

/** What the metadata leaves out where a file is older than the key. */
const DEFAULT_WINDOW = 4096;
const DEFAULT_ATTENTION_CAP = 50;
const DEFAULT_LOGIT_CAP = 30;

/** The 27B model scales scores by its width; the metadata does not say so. */
const LAYERS_OF_27B = 46;

export function gemma2(tensors: TensorDirectory, p: HyperParameters, keys: ArchitectureKeys): Decoder {
  const weights = {
    ...shared.vocabularyWeights(tensors, p),
    layers: shared.layerWeights(p, block => gemmaLayer(tensors, p, block)),
  };
  const softCap = keys.positive('attn_logit_softcapping', DEFAULT_ATTENTION_CAP);
  const global = { scale: gemmaScale(p, LAYERS_OF_27B), softCap, rope: { ...p.rope, halves: true } };
  const local = { ...global, window: keys.count('attention.sliding_window', MAX_CONTEXT, DEFAULT_WINDOW) };
  return {
    ...weights,
    attention: keys.slidingLayers(p.layers, PERIOD).map(slides => (slides ? local : global)),
    logits: { softCap: keys.positive('final_logit_softcapping', DEFAULT_LOGIT_CAP) },
    forward: graph => gemmaForward(graph, weights, p),
  };
}

export function gemmaLayer(tensors: TensorDirectory, p: HyperParameters, block: string): GemmaLayer {
  return {
    attentionNorm: tensors.vector(`${block}.attn_norm.weight`, p.dim),
    ...shared.attentionWeights(tensors, p, block),
    attentionPostNorm: tensors.vector(`${block}.post_attention_norm.weight`, p.dim),
    feedForwardNorm: tensors.vector(`${block}.ffn_norm.weight`, p.dim),
    ...shared.feedForwardWeights(tensors, p, block),
    feedForwardPostNorm: tensors.vector(`${block}.post_ffw_norm.weight`, p.dim),
  };
}

/** Of scores: by the width of a head, or, in the largest model of a generation, by an even share of the width. */
export function gemmaScale({ layers, dim, heads, headDim }: HyperParameters, layersOfLargest: number): number {
  return 1 / Math.sqrt(layers === layersOfLargest ? dim / heads : headDim);
}

export function gemmaForward(g: Graph, w: GemmaWeights, p: HyperParameters): void {
  const { x, branch, q, k, v, queries, heads, hidden } = g.activations;
  g.embed(w.embedding, x, Math.sqrt(p.dim));
  for (const [i, layer] of w.layers.entries()) {
    g.normedLinear(x, layer.attentionNorm, [
      { matrix: layer.q, output: q },
      { matrix: layer.k, output: k },
      { matrix: layer.v, output: v },
    ]);
    g.rope({ q, k, v, queries, layer: i, norm: layer.gains && { over: 'head', gains: layer.gains } });
    g.attention({ queries, result: heads, layer: i });
    g.linear(heads, { matrix: layer.attentionOutput, output: branch });
    g.addNormed(branch, layer.attentionPostNorm, x);

    g.normedLinear(x, layer.feedForwardNorm, [
      { matrix: layer.gate, output: hidden },
      { matrix: layer.up, output: hidden, epilogue: 'geglu' },
    ]);
    g.linear(hidden, { matrix: layer.down, output: branch });
    g.addNormed(branch, layer.feedForwardPostNorm, x);
  }
}
