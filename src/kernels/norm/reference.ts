/** RMSNorm of one row after the other, each as long as the gains are, in double precision. */
export function rmsNormReference(x: Float32Array, gains: Float32Array, epsilon: number): Float32Array<ArrayBuffer> {
  const columns = gains.length;
  const result = new Float32Array(x.length);
  for (let start = 0; start < x.length; start += columns) {
    const row = x.subarray(start, start + columns);
    const scale = 1 / Math.sqrt(row.reduce((sum, value) => sum + value * value, 0) / columns + epsilon);
    for (const [i, value] of row.entries()) result[start + i] = value * scale * (gains[i] ?? 0);
  }
  return result;
}

/**
 * LayerNorm of one row after the other, in double precision.
 *
 * @param norm (2, columns): weights, then biases
 */
export function layerNormReference(x: Float32Array, norm: Float32Array, epsilon: number): Float32Array<ArrayBuffer> {
  const columns = norm.length / 2;
  return Float32Array.from(x, (value, i) => {
    const column = i % columns;
    const row = x.subarray(i - column, i - column + columns);
    const mean = row.reduce((sum, v) => sum + v, 0) / columns;
    const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / columns;
    return ((value - mean) / Math.sqrt(variance + epsilon)) * (norm[column] ?? 0) + (norm[columns + column] ?? 0);
  });
}

export function silu(value: number): number {
  return value / (1 + Math.exp(-value));
}
