import type { Decoder } from '../decoder.ts';
import type { HyperParameters } from '../hyper-parameters.ts';
import type { ArchitectureKeys } from '../keys.ts';
import type { TensorDirectory } from '../tensors.ts';
import * as shared from '../weights.ts';
import { gemmaForward, gemmaLayer, gemmaScale } from './gemma2.ts';

/** One layer in so many sees everything; the others have a sliding window. */
const PERIOD = 6;

/** Of layers with a window, whose rotations are not scaled either. */
const DEFAULT_LOCAL_ROPE_BASE = 10_000;

/** As in Gemma 2, the 27B model scales scores by its width. */
const LAYERS_OF_27B = 62;

/**
 * Gemma 3: Gemma 2 with a norm of each head's queries and keys in place of the soft cap, and with windows in more of
 * the layers. https://arxiv.org/abs/2503.19786
 */
export function gemma3(tensors: TensorDirectory, p: HyperParameters, keys: ArchitectureKeys): Decoder {
  const weights = {
    ...shared.vocabularyWeights(tensors, p),
    layers: shared.layerWeights(p, block => ({
      ...gemmaLayer(tensors, p, block),
      gains: shared.headGains(tensors, p, block),
    })),
  };
  const scale = gemmaScale(p, LAYERS_OF_27B);
  const global = { scale, rope: { ...p.rope, halves: true } };
  const window = keys.window();
  const localBase = keys.positive('rope.freq_base_swa', DEFAULT_LOCAL_ROPE_BASE);
  const local = window === undefined ? global : { scale, window, rope: { ...global.rope, base: localBase, scale: 1 } };
  return {
    ...weights,
    attention: keys.slidingLayers(p.layers, PERIOD).map(slides => (slides ? local : global)),
    logits: { softCap: keys.optionalPositive('final_logit_softcapping') },
    forward: graph => gemmaForward(graph, weights, p),
  };
}
