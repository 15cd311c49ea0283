import type { Decoder } from '../decoder.ts';
import { type Experts, readExperts } from '../experts.ts';
import type { Graph } from '../graph.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import { type ArchitectureKeys, MAX_CONTEXT } from '../keys.ts';
import { defaultScale } from '../layer-attention.ts';
import type { TensorDirectory, Vector } from '../tensors.ts';
import * as shared from '../weights.ts';

/**
 * gpt-oss: a mixture of experts, biases everywhere, sinks in attention, a sliding window in every other layer.
 * https://arxiv.org/abs/2508.10925
 */
interface GptOssWeights extends shared.VocabularyWeights {
  readonly layers: readonly GptOssLayer[];
}

interface GptOssLayer extends shared.AttentionWeights, shared.ExpertWeights {
  readonly attentionNorm: Vector; // (dim)
  readonly qBias: Vector; // (heads · headDim)
  readonly kBias: Vector; // (kvHeads · headDim)
  readonly vBias: Vector; // (kvHeads · headDim)
  readonly sinks: Vector; // (heads)
  readonly attentionOutputBias: Vector; // (dim)
  readonly feedForwardNorm: Vector; // (dim)
  readonly routerBias: Vector; // (experts)
  readonly gateBias: Vector; // (experts, hiddenDim)
  readonly upBias: Vector; // (experts, hiddenDim)
  readonly downBias: Vector; // (experts, dim)
}

/** Every other layer has a sliding window. */
const PERIOD = 2;

/** Where gate and up end; the metadata does not say it. https://huggingface.co/openai/gpt-oss-20b (`swiglu_limit`) */
const SWIGLU_LIMIT = 7;

export function gptOss(tensors: TensorDirectory, p: HyperParameters, keys: ArchitectureKeys): Decoder {
  const experts = readExperts(keys);
  const weights = {
    ...shared.vocabularyWeights(tensors, p),
    layers: shared.layerWeights(p, block => gptOssLayer(tensors, p, experts, block)),
  };
  const global = { scale: defaultScale(p), rope: { ...p.rope, halves: true } };
  const local = { ...global, window: keys.count('attention.sliding_window', MAX_CONTEXT) };
  return {
    ...weights,
    experts,
    attention: keys.slidingLayers(p.layers, PERIOD).map(slides => (slides ? local : global)),
    forward: graph => forward(graph, weights),
  };
}

function gptOssLayer(tensors: TensorDirectory, p: HyperParameters, experts: Experts, block: string): GptOssLayer {
  return {
    attentionNorm: tensors.vector(`${block}.attn_norm.weight`, p.dim),
    ...shared.attentionWeights(tensors, p, block),
    qBias: tensors.vector(`${block}.attn_q.bias`, p.heads * p.headDim),
    kBias: tensors.vector(`${block}.attn_k.bias`, p.kvHeads * p.headDim),
    vBias: tensors.vector(`${block}.attn_v.bias`, p.kvHeads * p.headDim),
    sinks: tensors.vector(`${block}.attn_sinks.weight`, p.heads),
    attentionOutputBias: tensors.vector(`${block}.attn_output.bias`, p.dim),
    feedForwardNorm: tensors.vector(`${block}.post_attention_norm.weight`, p.dim),
    ...shared.expertWeights(tensors, p, experts, block),
    routerBias: tensors.vector(`${block}.ffn_gate_inp.bias`, experts.count),
    gateBias: tensors.table(`${block}.ffn_gate_exps.bias`, experts.count, experts.hiddenDim),
    upBias: tensors.table(`${block}.ffn_up_exps.bias`, experts.count, experts.hiddenDim),
    downBias: tensors.table(`${block}.ffn_down_exps.bias`, experts.count, p.dim),
  };
}

function forward(g: Graph, w: GptOssWeights): void {
  const { x, q, k, v, queries, heads, hidden } = g.activations;
  g.embed(w.embedding, x);
  for (const [i, layer] of w.layers.entries()) {
    g.normedLinear(x, layer.attentionNorm, [
      { matrix: layer.q, bias: layer.qBias, output: q },
      { matrix: layer.k, bias: layer.kBias, output: k },
      { matrix: layer.v, bias: layer.vBias, output: v },
    ]);
    g.rope({ q, k, v, queries, layer: i });
    g.attention({ queries, result: heads, layer: i, sinks: layer.sinks });
    g.linear(heads, { matrix: layer.attentionOutput, bias: layer.attentionOutputBias, output: x, epilogue: 'add' });

    g.chooseExperts(x, layer.feedForwardNorm, { matrix: layer.router, bias: layer.routerBias });
    g.normedExperts(x, layer.feedForwardNorm, [
      { matrix: layer.gate, bias: layer.gateBias, output: hidden },
      { matrix: layer.up, bias: layer.upBias, output: hidden, epilogue: 'clampedSwiglu', cap: SWIGLU_LIMIT },
    ]);
    g.addExperts(hidden, { matrix: layer.down, bias: layer.downBias, output: x });
  }
}
