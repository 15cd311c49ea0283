// A block is 27 words and one scale: 8 words of third bits; 16 of two bits a weight, a word holding fours that are 32
// weights apart; and in 3 words a scale of six bits for every 16 weights: 2 words of lower nibbles, 1 of upper bits.
@group(1) @binding(1) var<storage, read> quants: array<u32>;
@group(1) @binding(2) var<storage, read> scales: array<u32>;

fn weights4(index: u32) -> vec4f {
  let block = index / 64;
  let four = index % 64;
  let start = block * 27;
  let pairs = (quants[start + 8 + four / 32 * 8 + four % 8] >> (four / 8 % 4 * 2)) & 0x03030303;
  let thirds = ((quants[start + four % 8] >> (four / 8)) & 0x01010101) << 2;

  let part = four / 4;
  let low = (quants[start + 24 + part / 4 % 2] >> (part % 4 * 8 + part / 8 * 4)) & 0xf;
  let high = (quants[start + 26] >> (part % 4 * 8 + part / 4 * 2)) & 3;
  let scale = unpack2x16float(scales[block / 2])[block % 2] * (f32(low | (high << 4)) - 32);
  return scale * (vec4f(unpack4xU8(pairs | thirds)) - 4);
}
