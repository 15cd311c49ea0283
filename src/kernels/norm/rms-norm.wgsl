// y = x / sqrt(mean(x²) + EPSILON) * weight, one workgroup a token. Zhang and Sennrich, https://arxiv.org/abs/1910.07467

override EPSILON: f32;
override ADD: bool = false; // to what y holds

@group(0) @binding(1) var<storage, read> x: array<vec4f>; // (tokens, columns)
@group(0) @binding(2) var<storage, read> weight: array<vec4f>; // (columns)
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>; // (tokens, columns)

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let columns4 = arrayLength(&weight);
  let start = workgroup.x * columns4;
  var squares = vec4f();
  for (var i = lane; i < columns4; i += 64) {
    let value = x[start + i];
    squares += value * value;
  }
  squares = workgroup_sum(squares, lane);
  let scale = inverseSqrt(dot(squares, vec4f(1)) / f32(columns4 * 4) + EPSILON);
  for (var i = lane; i < columns4; i += 64) {
    let normed = x[start + i] * scale * weight[i];
    if ADD { y[start + i] += normed; } else { y[start + i] = normed; }
  }
}
