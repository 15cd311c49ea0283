import type { RopeParameters } from './rope-parameters.ts';

/**
 * Of turns within the original context: from the first number on YaRN leaves a frequency as it was, up to the second it
 * scales it. The paper's numbers; as in llama.cpp, what a file says of them (`yarn_beta_fast`) is not read for the
 * architectures here.
 */
const FAST_TURNS = 32;
const SLOW_TURNS = 1;

/** What the table of {@link rotations} takes. */
export function rotationBytes(positions: number, { dim }: Pick<RopeParameters, 'dim'>): number {
  return positions * (dim / 2) * 2 * 4;
}

/**
 * Cosine and sine of every position's rotation: (positions, dim / 2, 2).
 *
 * Computed here in double precision and read by the kernel, since WGSL promises little of cos and sin beyond [-π, π]:
 * https://www.w3.org/TR/WGSL/#floating-point-accuracy
 *
 * @param factors divide the frequencies, as Llama 3.x and Phi do to lengthen their context: (dim / 2)
 */
export function rotations(positions: number, p: RopeParameters, factors?: Float32Array): Float32Array<ArrayBuffer> {
  const pairs = p.dim / 2;
  const frequencies = Array.from({ length: pairs }, (_, pair) => {
    const frequency = p.base ** (-pair / pairs) / (factors?.[pair] ?? 1);
    const scaled = frequency / p.scale;
    if (!p.yarn) return scaled;
    const share = scaledShare(pair, p);
    return scaled * share + frequency * (1 - share);
  });
  // YaRN's temperature of attention, section 3.4; the square of it meets in queries and keys.
  const amplitude = p.attentionFactor * (p.yarn ? 1 + 0.1 * Math.log(p.scale) : 1);
  const table = new Float32Array(positions * pairs * 2);
  let at = 0;
  for (let position = 0; position < positions; position++) {
    for (const frequency of frequencies) {
      table[at++] = amplitude * Math.cos(position * frequency);
      table[at++] = amplitude * Math.sin(position * frequency);
    }
  }
  return table;
}

/**
 * How much of a pair's frequency is scaled: nothing of those that turn often within the original context, all of those
 * that turn little, and a ramp between. Peng et al., https://arxiv.org/abs/2309.00071, section 3.2; the ends of the
 * ramp are whole dimensions, as in llama.cpp.
 */
function scaledShare(pair: number, { dim, base, originalContext }: RopeParameters): number {
  const pairThatTurns = (times: number) =>
    (dim * Math.log(originalContext / (times * 2 * Math.PI))) / (2 * Math.log(base));
  const low = Math.max(0, Math.floor(pairThatTurns(FAST_TURNS)));
  const high = Math.min(dim - 1, Math.ceil(pairThatTurns(SLOW_TURNS)));
  return Math.min(1, Math.max(0, (pair - low) / Math.max(0.001, high - low)));
}
