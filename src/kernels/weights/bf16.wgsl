// A bfloat16 is the upper half of a float.
@group(1) @binding(1) var<storage, read> values: array<vec2u>;

fn weights4(index: u32) -> vec4f {
  let pairs = values[index];
  let low = pairs << vec2u(16);
  let high = pairs & vec2u(0xffff0000);
  return bitcast<vec4f>(vec4u(low.x, high.x, low.y, high.y));
}
