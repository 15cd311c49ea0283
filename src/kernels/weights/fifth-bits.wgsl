/// Spreads the lowest four bits over four bytes, above the nibbles there.
fn fifth_bits(bits: u32) -> u32 {
  return ((bits & 0xf) * 0x02040810) & 0x10101010;
}
