import { ModelError } from '../../errors.ts';
import { type DeltaHeads, MAX_KEY_DIM, mixedWidth } from '../../kernels/delta-rule/gated-delta-rule.ts';
import type { Decoder } from '../decoder.ts';
import type { Graph } from '../graph.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import type { ArchitectureKeys } from '../keys.ts';
import { defaultScale } from '../layer-attention.ts';
import type { Matrix, TensorDirectory, Vector } from '../tensors.ts';
import * as shared from '../weights.ts';

/**
 * Qwen 3.5: most layers are gated delta nets (Yang et al., https://arxiv.org/abs/2412.06464), the others attend, and
 * gate what attention gives (Qiu et al., https://arxiv.org/abs/2505.06708).
 */
interface Qwen35Weights extends shared.VocabularyWeights {
  readonly layers: readonly Qwen35Layer[];
}

interface Qwen35Layer extends shared.FeedForwardWeights {
  readonly norm: Vector; // (dim)
  readonly mixer: AttentionMixer | DeltaMixer;
  readonly feedForwardNorm: Vector; // (dim)
}

interface AttentionMixer {
  readonly queryGate: Matrix; // (heads · 2 · headDim, dim): a head's query, then its gate
  readonly k: Matrix; // (kvHeads · headDim, dim)
  readonly v: Matrix; // (kvHeads · headDim, dim)
  readonly gains: Vector; // (2, headDim): of queries, of keys
  readonly output: Matrix; // (dim, heads · headDim)
}

interface DeltaMixer {
  readonly mixed: Matrix; // (2 · keyHeads · keyDim + valueHeads · valueDim, dim): q, k, v
  readonly taps: Vector; // (as many, kernel)
  readonly alpha: Matrix; // (valueHeads, dim)
  readonly alphaBias: Vector; // (valueHeads)
  readonly beta: Matrix; // (valueHeads, dim)
  readonly decay: Vector; // (valueHeads)
  readonly gate: Matrix; // (valueHeads · valueDim, dim)
  readonly gains: Vector; // (valueDim)
  readonly output: Matrix; // (dim, valueHeads · valueDim)
}

/** Far above any that exists. */
const MAX_KERNEL = 64;
const MAX_HEADS = 1024;

export function qwen35(tensors: TensorDirectory, p: HyperParameters, keys: ArchitectureKeys): Decoder {
  const kernel = keys.count('ssm.conv_kernel', MAX_KERNEL);
  const heads = readDeltaHeads(keys);
  const layers = shared.layerWeights(p, block => ({
    norm: tensors.vector(`${block}.attn_norm.weight`, p.dim),
    mixer: tensors.has(`${block}.ssm_a`)
      ? deltaMixer(tensors, p, { block, heads, kernel })
      : attentionMixer(tensors, p, block),
    feedForwardNorm: tensors.vector(`${block}.post_attention_norm.weight`, p.dim),
    ...shared.feedForwardWeights(tensors, p, block),
  }));
  const weights = { ...shared.vocabularyWeights(tensors, p), layers };
  const attention = { scale: defaultScale(p), rope: { ...p.rope, halves: true }, gated: true };
  return {
    ...weights,
    attention: layers.map(({ mixer }) => ('taps' in mixer ? undefined : attention)),
    recurrence: { convolution: { channels: mixedWidth(heads), kernel, gated: false }, deltaRule: heads },
    forward: graph => forward(graph, weights),
  };
}

/** By the names of Mamba, which this is not. */
function readDeltaHeads(keys: ArchitectureKeys): DeltaHeads {
  const valueHeads = keys.count('ssm.time_step_rank', MAX_HEADS);
  const keyHeads = keys.count('ssm.group_count', valueHeads);
  const keyDim = keys.count('ssm.state_size', MAX_KEY_DIM);
  const valueDim = keys.count('ssm.inner_size', MAX_HEADS * MAX_KEY_DIM) / valueHeads;
  if (valueHeads % keyHeads !== 0 || keyDim % 4 !== 0 || valueDim % 4 !== 0) {
    throw new ModelError(
      `The delta rule has ${keyHeads} key heads of ${keyDim} and ${valueHeads} value heads of ${valueDim} dimensions; ` +
        'key heads must divide value heads, and 4 the dimensions.',
      'unsupported_architecture',
    );
  }
  return { keyDim, keyHeads, valueDim, valueHeads };
}

function attentionMixer(tensors: TensorDirectory, p: HyperParameters, block: string): AttentionMixer {
  return {
    queryGate: tensors.matrix(`${block}.attn_q.weight`, p.heads * 2 * p.headDim, p.dim),
    k: tensors.matrix(`${block}.attn_k.weight`, p.kvHeads * p.headDim, p.dim),
    v: tensors.matrix(`${block}.attn_v.weight`, p.kvHeads * p.headDim, p.dim),
    gains: shared.headGains(tensors, p, block),
    output: tensors.matrix(`${block}.attn_output.weight`, p.dim, p.heads * p.headDim),
  };
}

interface DeltaShape {
  readonly block: string;
  readonly heads: DeltaHeads;
  readonly kernel: number;
}

function deltaMixer(tensors: TensorDirectory, p: HyperParameters, { block, heads, kernel }: DeltaShape): DeltaMixer {
  const { valueHeads, valueDim } = heads;
  const width = mixedWidth(heads);
  return {
    mixed: tensors.matrix(`${block}.attn_qkv.weight`, width, p.dim),
    taps: tensors.table(`${block}.ssm_conv1d.weight`, width, kernel),
    alpha: tensors.matrix(`${block}.ssm_alpha.weight`, valueHeads, p.dim),
    alphaBias: tensors.vector(`${block}.ssm_dt.bias`, valueHeads),
    beta: tensors.matrix(`${block}.ssm_beta.weight`, valueHeads, p.dim),
    decay: tensors.vector(`${block}.ssm_a`, valueHeads),
    gate: tensors.matrix(`${block}.attn_gate.weight`, valueHeads * valueDim, p.dim),
    gains: tensors.vector(`${block}.ssm_norm.weight`, valueDim),
    output: tensors.matrix(`${block}.ssm_out.weight`, p.dim, valueHeads * valueDim),
  };
}

function forward(g: Graph, w: Qwen35Weights): void {
  const { x, heads, hidden } = g.activations;
  g.embed(w.embedding, x);
  for (const [i, { norm, mixer, ...layer }] of w.layers.entries()) {
    if ('taps' in mixer) deltaNet(g, norm, mixer, i);
    else gatedAttention(g, norm, mixer, i);
    g.linear(heads, { matrix: mixer.output, output: x, epilogue: 'add' });

    g.normedLinear(x, layer.feedForwardNorm, [
      { matrix: layer.gate, output: hidden },
      { matrix: layer.up, output: hidden, epilogue: 'swiglu' },
    ]);
    g.linear(hidden, { matrix: layer.down, output: x, epilogue: 'add' });
  }
}

function gatedAttention(g: Graph, norm: Vector, w: AttentionMixer, layer: number): void {
  const { x, q, k, v, queries, heads } = g.activations;
  g.normedLinear(x, norm, [
    { matrix: w.queryGate, output: q },
    { matrix: w.k, output: k },
    { matrix: w.v, output: v },
  ]);
  g.rope({ q, k, v, queries, layer, norm: { over: 'head', gains: w.gains } });
  g.attention({ queries, result: heads, layer, gates: q });
}

function deltaNet(g: Graph, norm: Vector, w: DeltaMixer, layer: number): void {
  const { x, projected, convolved, alpha, beta, gate, heads } = g.activations;
  g.normedLinear(x, norm, [
    { matrix: w.mixed, output: projected },
    { matrix: w.alpha, output: alpha, bias: w.alphaBias },
    { matrix: w.beta, output: beta },
    { matrix: w.gate, output: gate },
  ]);
  g.shortConvolution({ projected, taps: w.taps, result: convolved, layer });
  g.gatedDeltaRule({ mixed: convolved, alpha, beta, decay: w.decay, heads, layer });
  g.gatedNorm(heads, { gains: w.gains, gate });
}
