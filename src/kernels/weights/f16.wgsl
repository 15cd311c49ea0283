// unpack2x16float reads halves without the shader-f16 feature.
@group(1) @binding(1) var<storage, read> values: array<vec2u>;

fn weights4(index: u32) -> vec4f {
  let halves = values[index];
  return vec4f(unpack2x16float(halves.x), unpack2x16float(halves.y));
}
