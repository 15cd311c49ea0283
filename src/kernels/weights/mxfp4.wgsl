// A block is 16 bytes, nibbles as in Q4_0, and one byte: a power of two's exponent, biased by 127. A nibble is a float of
// 1, 2 and 1 bits, biased by 1.
@group(1) @binding(1) var<storage, read> quants: array<u32>;
@group(1) @binding(2) var<storage, read> exponents: array<u32>;

/// Twice the floats that two bytes' nibbles are. A half has the same fields, more bits of each and a bias of 15.
fn doubled(bytes: u32) -> vec2f {
  let apart = bytes | (bytes << 8);
  return unpack2x16float(((apart & 0x00080008) << 12) | ((apart & 0x00070007) << 9)) * 32768;
}

fn weights4(index: u32) -> vec4f {
  let block = index / 8;
  let quarter = index % 8;
  let exponent = extractBits(exponents[block / 4], block % 4 * 8, 8);
  let nibbles = (quants[block * 4 + quarter % 4] >> (quarter / 4 * 4)) & 0x0f0f0f0f;
  // Half the scale, so that the greatest is a float too. The two least are not, and nothing beside any other: 0.
  let half_scale = bitcast<f32>((max(exponent, 1) - 1) << 23);
  return half_scale * vec4f(doubled(nibbles & 0xffff), doubled(nibbles >> 16));
}
