// The KV cache in f16, packed in pairs: four elements are a vec2u. Needs no shader-f16.
alias Cached4 = vec2u;

fn pack4(value: vec4f, _scale: f32) -> Cached4 {
  return vec2u(pack2x16float(value.xy), pack2x16float(value.zw));
}
fn unpack4(value: Cached4) -> vec4f { return vec4f(unpack2x16float(value.x), unpack2x16float(value.y)); }
