// A block is 9 fours of words: one of scales, then nibbles, a word holding fours that are 32 weights apart.
@group(1) @binding(1) var<storage, read> blocks: array<vec4u>;

fn weights4(index: u32) -> vec4f {
  let block = index / 64 * 9;
  let four = index % 64;
  let words = block + 1 + four / 16 * 2 + four / 4 % 2;
  let nibbles = (blocks[words][four % 4] >> (four / 8 % 2 * 4)) & 0x0f0f0f0f;
  let factors = scale_and_minimum(blocks[block], four / 8);
  return factors.x * vec4f(unpack4xU8(nibbles)) - factors.y;
}
