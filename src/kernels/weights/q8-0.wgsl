// A block is 32 signed bytes and one scale.
@group(1) @binding(1) var<storage, read> quants: array<u32>;
@group(1) @binding(2) var<storage, read> scales: array<u32>;

fn weights4(index: u32) -> vec4f {
  let block = index / 8;
  let scale = unpack2x16float(scales[block / 2])[block % 2];
  return scale * vec4f(unpack4xI8(quants[index]));
}
