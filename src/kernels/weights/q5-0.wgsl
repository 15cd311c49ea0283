// A block is five words and one scale: a word of fifth bits, one a weight, then nibbles as in Q4_0; 16 is zero.
@group(1) @binding(1) var<storage, read> quants: array<u32>;
@group(1) @binding(2) var<storage, read> scales: array<u32>;

fn weights4(index: u32) -> vec4f {
  let block = index / 8;
  let quarter = index % 8;
  let scale = unpack2x16float(scales[block / 2])[block % 2];
  let nibbles = (quants[block * 5 + 1 + quarter % 4] >> (quarter / 4 * 4)) & 0x0f0f0f0f;
  let fives = nibbles | fifth_bits(quants[block * 5] >> (quarter * 4));
  return scale * (vec4f(unpack4xU8(fives)) - 16);
}
