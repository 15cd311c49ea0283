const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];

/** Threefry's key schedule constant for 32-bit words. */
const PARITY = 0x1bd11bda;

/**
 * Threefry-2x32 with 20 rounds: a counter-based generator, so that the number drawn for a token depends on nothing but
 * the seed and the token's place. Needs only adds, rotations and xors, which WGSL has too.
 *
 * Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", https://doi.org/10.1145/2063384.2063405
 */
export function threefry2x32(key: readonly [number, number], counter: readonly [number, number]): [number, number] {
  const keys = [key[0], key[1], key[0] ^ key[1] ^ PARITY];
  const keyAt = (i: number) => keys[i % 3] ?? 0;
  let x = (counter[0] + keyAt(0)) >>> 0;
  let y = (counter[1] + keyAt(1)) >>> 0;
  for (let round = 0; round < 20; round++) {
    const turn = ROTATIONS[round % 8] ?? 0;
    x = (x + y) >>> 0;
    y = ((y << turn) | (y >>> (32 - turn))) >>> 0;
    y = (y ^ x) >>> 0;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x = (x + keyAt(injection)) >>> 0;
      y = (y + keyAt(injection + 1) + injection) >>> 0;
    }
  }
  return [x, y];
}

/** The number in [0, 1) that belongs to a seed, a choice, a step and an attempt at it: 24 bits, all that an f32 holds evenly. */
export function uniform(seed: number, choice: number, step: number, attempt = 0): number {
  const high = Math.floor(seed / 2 ** 32) >>> 0;
  const [bits] = threefry2x32([seed >>> 0, (high ^ Math.imul(choice, 0x9e3779b9)) >>> 0], [step >>> 0, attempt >>> 0]);
  return (bits >>> 8) / 2 ** 24;
}
