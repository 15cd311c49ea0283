// A block is 16 bytes and one scale: nibbles as in Q4_0.
@group(1) @binding(1) var<storage, read> quants: array<u32>;
@group(1) @binding(2) var<storage, read> scales: array<u32>;

fn weights4(index: u32) -> vec4f {
  let block = index / 8;
  let quarter = index % 8;
  let scale = unpack2x16float(scales[block / 2])[block % 2];
  return scale * levels((quants[block * 4 + quarter % 4] >> (quarter / 4 * 4)) & 0x0f0f0f0f);
}
