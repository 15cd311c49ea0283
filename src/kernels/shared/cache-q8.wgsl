// The KV cache as Q8_0 has it: blocks of 32 elements with a scale. Four elements are a word of signed bytes. Behind the
// fours of a row (one head's key or value at one position) lie the f16 scales of its blocks, two to a word.
alias Cached4 = u32;

const SCALED = true;

var<workgroup> largest: array<f32, 64>; // of each invocation's four

/// Words of a row.
fn row_length(fours: u32) -> u32 { return fours + (fours + 15) / 16; }

fn scale_of_block(first_lane: u32) -> f32 {
  var size = 0.0;
  for (var i = first_lane; i < first_lane + 8; i++) { size = max(size, largest[i]); }
  return size / 127;
}

/// The scale of the block that an invocation's four is in. All must call, in uniform control flow: invocation i with the
/// row's i-th four, those behind its end with zeros.
fn block_scale(value: vec4f, lane: u32) -> f32 {
  let size = abs(value);
  largest[lane] = max(max(size.x, size.y), max(size.z, size.w));
  workgroupBarrier();
  return scale_of_block(lane / 8 * 8);
}

/// The scales of the block that begins at an invocation's four, and of the next.
fn pack_scales(lane: u32) -> Cached4 {
  return pack2x16float(vec2f(scale_of_block(lane), scale_of_block(lane + 8)));
}

fn unpack_scale(scales: Cached4, four: u32) -> f32 { return unpack2x16float(scales)[four / 8 % 2]; }

fn pack4(value: vec4f, scale: f32) -> Cached4 {
  if scale == 0 { return 0; }
  return pack4xI8(vec4i(round(value / scale)));
}
fn unpack4(value: Cached4) -> vec4f { return vec4f(unpack4xI8(value)); }
