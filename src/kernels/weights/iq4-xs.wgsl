// A block is 17 pairs of words: a half that multiplies eight scales of 32 weights each, their two upper bits and their
// lower nibbles; then nibbles as in Q4_0, 32 weights after 32.
@group(1) @binding(1) var<storage, read> blocks: array<vec2u>;

fn weights4(index: u32) -> vec4f {
  let block = index / 64 * 17;
  let part = index / 8 % 8;
  let quarter = index % 8;
  let header = blocks[block];
  let factor = extractBits(header.y, part * 4, 4) | (extractBits(header.x, 16 + part * 2, 2) << 4);
  let scale = unpack2x16float(header.x).x * (f32(factor) - 32);
  let nibbles = blocks[block + 1 + part * 2 + quarter / 2 % 2][quarter % 2] >> (quarter / 4 * 4);
  return scale * levels(nibbles & 0x0f0f0f0f);
}
