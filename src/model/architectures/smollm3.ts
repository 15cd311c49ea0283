import type { Decoder } from '../decoder.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import { defaultScale } from '../layer-attention.ts';
import type { TensorDirectory } from '../tensors.ts';
import { llamaForward, llamaWeights } from './llama.ts';

/** From the paper; the metadata does not say it. */
const UNROTATED_EVERY = 4;

/** SmolLM 3: llama, with no rotation in every fourth layer. https://huggingface.co/blog/smollm3 */
export function smollm3(tensors: TensorDirectory, p: HyperParameters): Decoder {
  const weights = llamaWeights(tensors, p);
  const scale = defaultScale(p);
  const rotated = { scale, rope: { ...p.rope, halves: false } };
  const unrotated = { scale, rope: undefined };
  return {
    ...weights,
    attention: weights.layers.map((_, i) => ((i + 1) % UNROTATED_EVERY === 0 ? unrotated : rotated)),
    forward: graph => llamaForward(graph, weights),
  };
}
