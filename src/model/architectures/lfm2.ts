import type { Decoder } from '../decoder.ts';
import type { Graph } from '../graph.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import type { ArchitectureKeys } from '../keys.ts';
import { defaultScale } from '../layer-attention.ts';
import type { Matrix, TensorDirectory, Vector } from '../tensors.ts';
import * as shared from '../weights.ts';

/** LFM2: most layers have a gated short convolution in place of attention. https://arxiv.org/abs/2511.23404 */
interface Lfm2Weights extends shared.VocabularyWeights {
  readonly layers: readonly Lfm2Layer[];
}

interface Lfm2Layer extends shared.FeedForwardWeights {
  readonly norm: Vector; // (dim)
  readonly mixer: AttentionMixer | ConvolutionMixer;
  readonly feedForwardNorm: Vector; // (dim)
}

interface AttentionMixer extends shared.AttentionWeights {
  readonly gains: Vector; // (2, headDim): of queries, of keys
}

interface ConvolutionMixer {
  readonly taps: Vector; // (dim, kernel)
  readonly input: Matrix; // (3 · dim, dim)
  readonly convolutionOutput: Matrix; // (dim, dim)
}

/** Far above any that exists. */
const MAX_KERNEL = 64;

export function lfm2(tensors: TensorDirectory, p: HyperParameters, keys: ArchitectureKeys): Decoder {
  const kernel = keys.count('shortconv.l_cache', MAX_KERNEL);
  const layers = shared.layerWeights(p, block => ({
    norm: tensors.vector(`${block}.attn_norm.weight`, p.dim),
    mixer: tensors.has(`${block}.shortconv.conv.weight`)
      ? convolutionMixer(tensors, p, block, kernel)
      : { ...shared.attentionWeights(tensors, p, block), gains: shared.headGains(tensors, p, block) },
    feedForwardNorm: tensors.vector(`${block}.ffn_norm.weight`, p.dim),
    ...shared.feedForwardWeights(tensors, p, block),
  }));
  const weights = { ...shared.vocabularyWeights(tensors, p, 'token_embd_norm.weight'), layers };
  const attention = { scale: defaultScale(p), window: keys.window(), rope: { ...p.rope, halves: true } };
  return {
    ...weights,
    attention: layers.map(({ mixer }) => ('taps' in mixer ? undefined : attention)),
    recurrence: { convolution: { channels: p.dim, kernel, gated: true } },
    forward: graph => forward(graph, weights),
  };
}

function convolutionMixer(tensors: TensorDirectory, p: HyperParameters, block: string, kernel: number) {
  return {
    taps: tensors.table(`${block}.shortconv.conv.weight`, p.dim, kernel),
    input: tensors.matrix(`${block}.shortconv.in_proj.weight`, 3 * p.dim, p.dim),
    convolutionOutput: tensors.matrix(`${block}.shortconv.out_proj.weight`, p.dim, p.dim),
  };
}

function forward(g: Graph, w: Lfm2Weights): void {
  const { x, projected, convolved, q, k, v, queries, heads, hidden } = g.activations;
  g.embed(w.embedding, x);
  for (const [i, { norm, mixer, ...layer }] of w.layers.entries()) {
    if ('taps' in mixer) {
      g.normedLinear(x, norm, [{ matrix: mixer.input, output: projected }]);
      g.shortConvolution({ projected, taps: mixer.taps, result: convolved, layer: i });
      g.linear(convolved, { matrix: mixer.convolutionOutput, output: x, epilogue: 'add' });
    } else {
      g.normedLinear(x, norm, [
        { matrix: mixer.q, output: q },
        { matrix: mixer.k, output: k },
        { matrix: mixer.v, output: v },
      ]);
      g.rope({ q, k, v, queries, layer: i, norm: { over: 'head', gains: mixer.gains } });
      g.attention({ queries, result: heads, layer: i });
      g.linear(heads, { matrix: mixer.attentionOutput, output: x, epilogue: 'add' });
    }

    g.normedLinear(x, layer.feedForwardNorm, [
      { matrix: layer.gate, output: hidden },
      { matrix: layer.up, output: hidden, epilogue: 'swiglu' },
    ]);
    g.linear(hidden, { matrix: layer.down, output: x, epilogue: 'add' });
  }
}
