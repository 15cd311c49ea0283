/** Marsaglia's xorshift of 32 bits, as numbers from 0 to 1: the same for the same seed. */
export function xorshift(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b9) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Numbers in [-1, 1). */
export function randomFloats(count: number, seed: number): Float32Array<ArrayBuffer> {
  const random = xorshift(seed);
  return Float32Array.from({ length: count }, () => random() * 2 - 1);
}
