// What the nibbles of IQ4_NL and IQ4_XS stand for, as signed bytes: -127 -104 -83 -65, -49 -35 -22 -10, 1 13 25 38,
// 53 69 89 113.
const LEVELS = vec4u(0xbfad9881, 0xf6eaddcf, 0x26190d01, 0x71594535);

fn level(nibble: u32) -> i32 {
  return extractBits(bitcast<i32>(LEVELS[nibble / 4]), nibble % 4 * 8, 8);
}

fn levels(nibbles: u32) -> vec4f {
  let each = unpack4xU8(nibbles);
  return vec4f(vec4i(level(each.x), level(each.y), level(each.z), level(each.w)));
}
