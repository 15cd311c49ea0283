export interface RopeShape {
  readonly headDim: number;
  readonly rotaryDim: number;
  readonly tokens: number;
  /** Of the first token. */
  readonly position: number;
  /** Positions in the cache. */
  readonly capacity: number;
  /** Pairs are (i, i + rotaryDim / 2); else (2i, 2i + 1). */
  readonly halves: boolean;
}

/** Any will do: the kernel has them from a table. */
function angle(position: number, pair: number): number {
  return position * 0.7 ** pair;
}

/** Cosines and sines of all positions: (capacity, rotaryDim / 2, 2). */
export function rotationTable({ capacity, rotaryDim }: RopeShape): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: capacity * rotaryDim }, (_, i) => {
    const theta = angle(Math.floor(i / rotaryDim), Math.floor((i % rotaryDim) / 2));
    return i % 2 === 0 ? Math.cos(theta) : Math.sin(theta);
  });
}

/** Each head rotated as the paper writes it: (tokens, heads, headDim). */
export function rotateReference(x: Float32Array, heads: number, shape: RopeShape): Float32Array<ArrayBuffer> {
  const { headDim, rotaryDim, position, halves } = shape;
  const result = Float32Array.from(x);
  const pairs = rotaryDim / 2;
  for (let start = 0; start < x.length; start += headDim) {
    const at = position + Math.floor(start / (heads * headDim));
    for (let pair = 0; pair < pairs; pair++) {
      const [first, second] = halves ? [pair, pair + pairs] : [2 * pair, 2 * pair + 1];
      const [a, b] = [x[start + first] ?? 0, x[start + second] ?? 0];
      const [cosine, sine] = [Math.cos(angle(at, pair)), Math.sin(angle(at, pair))];
      result[start + first] = a * cosine - b * sine;
      result[start + second] = b * cosine + a * sine;
    }
  }
  return result;
}

/** What a cache should hold of keys or values (tokens, heads, headDim): zero but for the step's positions. */
export function cachedReference(x: Float32Array, heads: number, shape: RopeShape): Float32Array<ArrayBuffer> {
  const { headDim, capacity, position } = shape;
  const cache = new Float32Array(heads * capacity * headDim);
  for (let row = 0; row < x.length / headDim; row++) {
    const at = (row % heads) * capacity + position + Math.floor(row / heads);
    cache.set(x.subarray(row * headDim, (row + 1) * headDim), at * headDim);
  }
  return cache;
}
