/// Scale and minimum of a part of 32 weights, from the four words that begin a block of Q4_K and Q5_K: the halves that
/// multiply them; six bits of scales 0 to 3 in each byte, then the same of minima; and a word of nibbles of scales and
/// minima 4 to 7, whose upper two bits fill up the words before.
fn scale_and_minimum(header: vec4u, part: u32) -> vec2f {
  let shift = part % 4 * 8;
  let own = header.yz >> vec2u(shift);
  let lows = (header.ww >> vec2u(shift, shift + 4)) & vec2u(0xf);
  let factors = select(own & vec2u(63), lows | ((own >> vec2u(2)) & vec2u(0x30)), part >= 4);
  return unpack2x16float(header.x) * vec2f(factors);
}
