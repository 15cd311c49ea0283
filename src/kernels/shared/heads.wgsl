// The shape of attention. A uniform and not overrides, whose loops some drivers unroll for seconds.
struct Heads {
  heads: u32, // of queries
  kv_heads: u32,
  head_dim: u32, // a multiple of 4, at most 256
  rotary_dim: u32, // the first dimensions of a head that are rotated; the rest pass
  capacity: u32, // positions in the cache
  scale: f32, // of scores
  window: u32, // positions that a token sees, its own among them
  soft_cap: f32, // of scores; 0 for none
}
@group(0) @binding(1) var<uniform> shape: Heads;
