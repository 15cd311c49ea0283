import { silu } from '../norm/reference.ts';

export interface ConvolutionInputs {
  readonly kernel: number;
  readonly channels: number;
  readonly tokens: number;
  /** Of the first token. */
  readonly position: number;
  readonly gated: boolean;
  readonly projected: Float32Array; // (tokens, channels), or (tokens, 3, channels): b, c, x
  readonly taps: Float32Array; // (channels, kernel)
  readonly ring: Float32Array; // (kernel, channels): what the tokens before left
}

/** y (tokens, channels), and the ring afterwards, in double precision. */
export function convolutionReference(of: ConvolutionInputs) {
  const { kernel, channels, tokens, position, gated, projected, taps, ring } = of;
  const parts = gated ? 3 : 1;
  const at = (token: number, part: number, c: number) => projected[(token * parts + part) * channels + c] ?? 0;
  const slot = (of: number, c: number) => (of % kernel) * channels + c;
  const input = (of: number, c: number) => {
    if (of < position) return ring[slot(of, c)] ?? 0;
    return gated ? at(of - position, 0, c) * at(of - position, 2, c) : at(of - position, 0, c);
  };
  const y = Float32Array.from({ length: tokens * channels }, (_, i) => {
    const [token, c] = [Math.floor(i / channels), i % channels];
    let sum = 0;
    for (let k = 0; k < kernel; k++) {
      const from = position + token - (kernel - 1) + k;
      if (from >= 0) sum += (taps[c * kernel + k] ?? 0) * input(from, c);
    }
    return gated ? at(token, 1, c) * sum : silu(sum);
  });
  const kept = Float32Array.from(ring);
  for (let of = position; of < position + tokens; of++) {
    for (let c = 0; c < channels; c++) kept[slot(of, c)] = input(of, c);
  }
  return { y, kept };
}
