/// cap · tanh(value / cap). Clamped, since tanh by way of exp is NaN for large values on some drivers; it is 1 from 10 on.
fn soft_capped(value: f32, cap: f32) -> f32 {
  return cap * tanh(clamp(value / cap, -10, 10));
}
