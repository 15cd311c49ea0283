/** What decides the angles of the rotary embedding. */
export interface RotationParameters {
  readonly rotaryDim: number;
  readonly ropeBase: number;
  readonly ropeScale: number;
  /** Divides each frequency, as Llama 3.x does to lengthen its context. */
  readonly factors: Float32Array | undefined;
}

/**
 * Cosine and sine of every position's rotation: (positions, rotaryDim / 2, 2).
 *
 * Computed here in double precision and read by the kernel, since WGSL promises little of cos and sin beyond [-π, π]:
 * https://www.w3.org/TR/WGSL/#floating-point-accuracy
 */
export function rotations(positions: number, p: RotationParameters): Float32Array<ArrayBuffer> {
  const pairs = p.rotaryDim / 2;
  const frequencies = Array.from({ length: pairs }, (_, i) => {
    return p.ropeBase ** (-i / pairs) / p.ropeScale / (p.factors?.[i] ?? 1);
  });
  const table = new Float32Array(positions * pairs * 2);
  let at = 0;
  for (let position = 0; position < positions; position++) {
    for (const frequency of frequencies) {
      table[at++] = Math.cos(position * frequency);
      table[at++] = Math.sin(position * frequency);
    }
  }
  return table;
}
