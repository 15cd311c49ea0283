// A block is 11 fours of words: one of scales; two of fifth bits, a bit of each byte for 32 weights; then nibbles as in
// Q4_K.
@group(1) @binding(1) var<storage, read> blocks: array<vec4u>;

fn weights4(index: u32) -> vec4f {
  let block = index / 64 * 11;
  let four = index % 64;
  let words = block + 3 + four / 16 * 2 + four / 4 % 2;
  let nibbles = (blocks[words][four % 4] >> (four / 8 % 2 * 4)) & 0x0f0f0f0f;
  let fifths = ((blocks[block + 1 + four / 4 % 2][four % 4] >> (four / 8)) & 0x01010101) << 4;
  let factors = scale_and_minimum(blocks[block], four / 8);
  return factors.x * vec4f(unpack4xU8(nibbles | fifths)) - factors.y;
}
