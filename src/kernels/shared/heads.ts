import source from './heads.wgsl?raw';

/** The shape of attention, as the kernels that know of heads read it from a uniform. */
export interface HeadShape {
  readonly heads: number;
  readonly kvHeads: number;
  /** A multiple of 4, at most 256. */
  readonly headDim: number;
  readonly rotaryDim: number;
  /** Positions in the cache. */
  readonly capacity: number;
  /** Of scores. */
  readonly scale: number;
  /** Positions that a token sees, its own among them; all before it where undefined. */
  readonly window?: number | undefined;
  /** Scores become cap · tanh(score / cap). */
  readonly softCap?: number | undefined;
}

/** WGSL that declares the shape as group 0, binding 1. */
export const headsSnippet = source;

/** Wider than any cache. */
const NO_WINDOW = 2 ** 32 - 1;

export const HEAD_SHAPE_BYTES = 32;

/** The uniform's bytes. */
export function packHeads(shape: HeadShape): Uint32Array<ArrayBuffer> {
  const { heads, kvHeads, headDim, rotaryDim, capacity, window = NO_WINDOW } = shape;
  const words = Uint32Array.of(heads, kvHeads, headDim, rotaryDim, capacity, 0, window, 0);
  const floats = new Float32Array(words.buffer);
  floats[5] = shape.scale;
  floats[7] = shape.softCap ?? 0;
  return words;
}
