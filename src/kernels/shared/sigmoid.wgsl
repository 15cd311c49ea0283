/// 1 / (1 + exp(-value)), within what exp can hold.
fn sigmoid(value: f32) -> f32 {
  return 1 / (1 + exp(-clamp(value, -80, 80)));
}

fn sigmoid4(value: vec4f) -> vec4f {
  return 1 / (1 + exp(-clamp(value, vec4f(-80), vec4f(80))));
}
