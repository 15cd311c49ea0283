override EPILOGUE: u32; // what becomes of a result: see Epilogue in linear.ts
override SCALE: f32 = 1; // of the product
override BIAS: bool = false;
override CAP: f32 = 0; // with the epilogues `softCap` and `clampedSwiglu`

@group(0) @binding(1) var<storage, read> x: array<vec4f>; // (tokens, columns); of experts, see experts.wgsl
@group(0) @binding(2) var<storage, read_write> y: array<f32>; // (tokens, all rows)
@group(0) @binding(3) var<storage, read> bias: array<f32>; // (matrices, all rows), with BIAS; any buffer otherwise

fn silu(value: f32) -> f32 {
  return value * sigmoid(value);
}

/// x/2 · (1 + tanh t), which is x · sigmoid(2t). Hendrycks and Gimpel, https://arxiv.org/abs/1606.08415
fn gelu(value: f32) -> f32 {
  let t = 0.7978845608028654 * (value + 0.044715 * value * value * value); // √(2/π)
  return value * sigmoid(2 * t);
}

/// SiLU of 1.702 x, over 1.702, where x ends at CAP: https://github.com/openai/gpt-oss/blob/main/gpt_oss/torch/model.py
fn clamped_silu(value: f32) -> f32 {
  let end = min(value, CAP);
  return end * sigmoid(1.702 * end);
}

fn store(y_row: u32, slice_row: u32, product: f32) {
  let row = slice.first_row + slice_row;
  let index = y_row * slice.all_rows + row % slice.all_rows;
  var result = product * SCALE;
  if BIAS { result += bias[row]; }
  switch EPILOGUE {
    case 1: { y[index] += result; }
    case 2: { y[index] = silu(y[index]) * result; }
    case 3: { y[index] = gelu(y[index]) * result; }
    case 4: { y[index] = soft_capped(result, CAP); }
    case 5: { y[index] = clamped_silu(y[index]) * (clamp(result, -CAP, CAP) + 1); }
    case 6: { y[index] = gelu(result); }
    default: { y[index] = result; }
  }
}
