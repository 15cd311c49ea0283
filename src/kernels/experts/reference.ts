import { NONE } from '../linear/reference.ts';

export interface ReferenceChoice {
  readonly expert: number;
  readonly weight: number;
}

/** One after another the largest, then softmax over all experts, then those chosen scaled to a sum of 1. */
export function chosenExperts(logits: readonly number[], count: number): ReferenceChoice[] {
  const all = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
  const ranked = logits.map((logit, expert) => ({ expert, share: Math.exp(logit) / all }));
  const chosen = ranked.sort((a, b) => b.share - a.share).slice(0, count);
  const sum = chosen.reduce((total, { share }) => total + share, 0);
  return chosen.map(({ expert, share }) => ({ expert, weight: share / sum }));
}

/** Each token's row and the weighted sum of what its choices gave. */
export function combineReference(
  held: Float32Array, // (tokens, columns)
  weights: Float32Array, // (tokens, chosen)
  results: Float32Array, // (tokens, chosen, columns)
): Float32Array<ArrayBuffer> {
  const columns = results.length / weights.length;
  const chosen = (weights.length * columns) / held.length;
  return Float32Array.from(held, (value, i) => {
    const first = Math.floor(i / columns) * chosen;
    let sum = value;
    for (let c = first; c < first + chosen; c++) sum += (weights[c] ?? 0) * (results[c * columns + (i % columns)] ?? 0);
    return sum;
  });
}

/** An order with the choices of each tile sorted, which the kernel leaves open. */
export function sortedTiles(order: Uint32Array, tile: number): number[] {
  return Array.from({ length: order.length / tile }, (_, i) => [
    ...order.subarray(i * tile, (i + 1) * tile).sort(),
  ]).flat();
}

/** The order that fits all tiles there are. */
export function padded(order: Uint32Array, length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => order[i] ?? NONE);
}
