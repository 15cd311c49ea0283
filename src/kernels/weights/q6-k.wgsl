// A block is 52 words and one scale: 32 words of nibbles, holding fours that are 64 weights apart; 16 of two upper bits,
// holding fours that are 32 apart; and a signed byte for every 16 weights, which multiplies the scale.
@group(1) @binding(1) var<storage, read> quants: array<u32>;
@group(1) @binding(2) var<storage, read> scales: array<u32>;

fn weights4(index: u32) -> vec4f {
  let block = index / 64;
  let four = index % 64;
  let start = block * 52;
  let nibbles = (quants[start + four / 32 * 16 + four % 16] >> (four / 16 % 2 * 4)) & 0x0f0f0f0f;
  let pairs = (quants[start + 32 + four / 32 * 8 + four % 8] >> (four / 8 % 4 * 2)) & 0x03030303;
  let part = extractBits(bitcast<i32>(quants[start + 48 + four / 16]), four / 4 % 4 * 8, 8);
  let scale = unpack2x16float(scales[block / 2])[block % 2] * f32(part);
  return scale * (vec4f(unpack4xU8(nibbles | (pairs << 4))) - 32);
}
