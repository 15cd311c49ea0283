import type { Decoder } from '../decoder.ts';
import type { Graph } from '../graph.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import type { ArchitectureKeys } from '../keys.ts';
import { alike, defaultScale } from '../layer-attention.ts';
import type { TensorDirectory } from '../tensors.ts';
import { type LlamaWeights, llamaWeights } from './llama.ts';

/** Granite 3: llama with four multipliers. https://github.com/ibm-granite/granite-3.0-language-models */
interface Multipliers {
  readonly embedding: number;
  /** Of what attention and feed-forward add to the residual stream. */
  readonly residual: number;
}

export function granite(tensors: TensorDirectory, p: HyperParameters, keys: ArchitectureKeys): Decoder {
  const weights = llamaWeights(tensors, p);
  const multipliers = {
    embedding: keys.optionalPositive('embedding_scale') ?? 1,
    residual: keys.optionalPositive('residual_scale') ?? 1,
  };
  const scale = keys.optionalPositive('attention.scale') ?? defaultScale(p);
  // Converters write the switch of Granite's rotation under this name.
  const rotates = keys.optionalBoolean('rope.scaling.finetuned') ?? true;
  return {
    ...weights,
    attention: alike(p, { scale, rope: rotates ? { ...p.rope, halves: false } : undefined }),
    logits: { scale: 1 / (keys.optionalPositive('logit_scale') ?? 1) },
    forward: graph => forward(graph, weights, multipliers),
  };
}

function forward(g: Graph, w: LlamaWeights, { embedding, residual }: Multipliers): void {
  const { x, q, k, v, queries, heads, hidden } = g.activations;
  g.embed(w.embedding, x, embedding);
  for (const [i, layer] of w.layers.entries()) {
    g.normedLinear(x, layer.attentionNorm, [
      { matrix: layer.q, output: q },
      { matrix: layer.k, output: k },
      { matrix: layer.v, output: v },
    ]);
    g.rope({ q, k, v, queries, layer: i });
    g.attention({ queries, result: heads, layer: i });
    g.linear(heads, { matrix: layer.attentionOutput, output: x, scale: residual, epilogue: 'add' });

    g.normedLinear(x, layer.feedForwardNorm, [
      { matrix: layer.gate, output: hidden },
      { matrix: layer.up, output: hidden, epilogue: 'swiglu' },
    ]);
    g.linear(hidden, { matrix: layer.down, output: x, scale: residual, epilogue: 'add' });
  }
}
