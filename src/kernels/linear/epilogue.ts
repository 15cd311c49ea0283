/**
 * What becomes of W x: stored, added to what y holds, multiplied with SiLU or GELU of what y holds (Shazeer,
 * https://arxiv.org/abs/2002.05202), stored as CAP · tanh(W x / CAP), multiplied as in gpt-oss, where both ends are capped, or
 * stored as GELU of W x.
 *
 * W x stands for SCALE · W x + bias: SCALE is 1, and BIAS off, unless they are given.
 */
export const Epilogue = { store: 0, add: 1, swiglu: 2, geglu: 3, softCap: 4, clampedSwiglu: 5, gelu: 6 } as const;
