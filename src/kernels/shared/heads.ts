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
}

/** WGSL that declares the shape as group 0, binding 1. */
export const headsSnippet = source;

/** The uniform's bytes. */
export function packHeads(shape: HeadShape): Uint32Array<ArrayBuffer> {
  const words = Uint32Array.of(shape.heads, shape.kvHeads, shape.headDim, shape.rotaryDim, shape.capacity, 0);
  new Float32Array(words.buffer)[5] = shape.scale;
  return words;
}
