/** What attention is asked to compute; see the kernel. */
export interface AttentionShape {
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly tokens: number;
  /** Of the first token. */
  readonly position: number;
  /** Positions in the cache. */
  readonly capacity: number;
  readonly window?: number | undefined;
  readonly softCap?: number | undefined;
  /** One for each head: the score of nothing. */
  readonly sinks?: readonly number[] | undefined;
  /** By default. */
  readonly causal?: boolean | undefined;
}

/**
 * softmax(cap(q Kᵀ / √d)) V over the visible keys, and the sink where there are any, in double precision: (tokens,
 * heads, headDim).
 *
 * @param q (tokens, heads, headDim)
 * @param keys (kvHeads, capacity, headDim), as are values
 */
export function attentionReference(shape: AttentionShape, q: Float32Array, keys: Float32Array, values: Float32Array) {
  const { heads, kvHeads, headDim, tokens, position, capacity } = shape;
  const { window = Number.POSITIVE_INFINITY, softCap, sinks, causal = true } = shape;
  const result = new Float32Array(tokens * heads * headDim);
  for (let token = 0; token < tokens; token++) {
    for (let head = 0; head < heads; head++) {
      const at = (token * heads + head) * headDim;
      const cache = Math.floor(head / (heads / kvHeads)) * capacity * headDim;
      const scores = Array.from({ length: position + (causal ? token + 1 : tokens) }, (_, key) => {
        if (position + token - key >= window) return Number.NEGATIVE_INFINITY;
        let dot = 0;
        for (let d = 0; d < headDim; d++) dot += (q[at + d] ?? 0) * (keys[cache + key * headDim + d] ?? 0);
        const score = dot / Math.sqrt(headDim);
        return softCap === undefined ? score : softCap * Math.tanh(score / softCap);
      });
      const sink = sinks?.[head] ?? Number.NEGATIVE_INFINITY;
      const largest = Math.max(...scores, sink);
      const weights = scores.map(score => Math.exp(score - largest));
      const total = weights.reduce((sum, weight) => sum + weight, Math.exp(sink - largest));
      for (let d = 0; d < headDim; d++) {
        const sum = weights.reduce((s, weight, key) => s + weight * (values[cache + key * headDim + d] ?? 0), 0);
        result[at + d] = sum / total;
      }
    }
  }
  return result;
}

/**
 * One token's attention from that of its splits: each split's sum, unnormalised, with its maximum and denominator behind
 * it, four numbers for the two.
 *
 * @param partial (heads, splits, headDim + 4)
 */
export function mergeReference(partial: Float32Array, heads: number, headDim: number): Float32Array {
  const width = headDim + 4;
  const splits = partial.length / heads / width;
  const result = new Float32Array(heads * headDim);
  for (let head = 0; head < heads; head++) {
    const parts = Array.from({ length: splits }, (_, i) =>
      partial.subarray((head * splits + i) * width).subarray(0, width),
    );
    const scales = parts.map(part => Math.exp(part[headDim] ?? 0));
    const sumOf = (at: number) => parts.reduce((sum, part, i) => sum + (scales[i] ?? 0) * (part[at] ?? 0), 0);
    for (let d = 0; d < headDim; d++) result[head * headDim + d] = sumOf(d) / sumOf(headDim + 1);
  }
  return result;
}

/**
 * What each head gave, times the sigmoid of its gate.
 *
 * @param gated (tokens, heads, 2, headDim): queries and gates
 * @param result (tokens, heads, headDim)
 */
export function gateReference(gated: Float32Array, result: Float32Array, headDim: number): Float32Array {
  return result.map((value, i) => {
    const gate = gated[(2 * Math.floor(i / headDim) + 1) * headDim + (i % headDim)] ?? 0;
    return value / (1 + Math.exp(-gate));
  });
}
