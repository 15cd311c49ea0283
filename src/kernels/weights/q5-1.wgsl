// A block is six words: scale and least weight as halves, a word of fifth bits, one a weight, then nibbles as in Q4_0.
@group(1) @binding(1) var<storage, read> blocks: array<u32>;

fn weights4(index: u32) -> vec4f {
  let block = index / 8 * 6;
  let quarter = index % 8;
  let scale_and_least = unpack2x16float(blocks[block]);
  let nibbles = (blocks[block + 2 + quarter % 4] >> (quarter / 4 * 4)) & 0x0f0f0f0f;
  let fives = nibbles | fifth_bits(blocks[block + 1] >> (quarter * 4));
  return scale_and_least.x * vec4f(unpack4xU8(fives)) + scale_and_least.y;
}
