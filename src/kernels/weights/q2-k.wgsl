// A block is 21 words: 4 of scales (lower nibbles) and minima, a byte for 16 weights; 16 of two bits a weight, a word
// holding fours that are 32 weights apart; and the halves that multiply scales and minima.
@group(1) @binding(1) var<storage, read> blocks: array<u32>;

fn weights4(index: u32) -> vec4f {
  let block = index / 64 * 21;
  let four = index % 64;
  let pairs = (blocks[block + 4 + four / 32 * 8 + four % 8] >> (four / 8 % 4 * 2)) & 0x03030303;
  let part = blocks[block + four / 16] >> (four / 4 % 4 * 8);
  let scale_and_minimum = unpack2x16float(blocks[block + 20]) * vec2f((vec2u(part) >> vec2u(0, 4)) & vec2u(0xf));
  return scale_and_minimum.x * vec4f(unpack4xU8(pairs)) - scale_and_minimum.y;
}
