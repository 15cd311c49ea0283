@group(1) @binding(1) var<storage, read> values: array<vec4f>;

fn weights4(index: u32) -> vec4f {
  return values[index];
}
