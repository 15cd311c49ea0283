// x = (x - mean(x)) / sqrt(variance(x) + EPSILON) * weight + bias in place, one workgroup a token.
// Ba, Kiros and Hinton, https://arxiv.org/abs/1607.06450

override EPSILON: f32;

@group(0) @binding(0) var<storage, read> norm: array<vec4f>; // (2, columns): weights, then biases
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>; // (tokens, columns)

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let columns4 = arrayLength(&norm) / 2;
  let columns = f32(columns4 * 4);
  let start = workgroup.x * columns4;
  var sum = vec4f();
  for (var i = lane; i < columns4; i += 64) { sum += x[start + i]; }
  let mean = dot(workgroup_sum(sum, lane), vec4f(1)) / columns;
  // From the mean on, since the difference of two large sums would lose what is left of a small variance.
  var squares = vec4f();
  for (var i = lane; i < columns4; i += 64) {
    let value = x[start + i] - mean;
    squares += value * value;
  }
  let scale = inverseSqrt(dot(workgroup_sum(squares, lane), vec4f(1)) / columns + EPSILON);
  for (var i = lane; i < columns4; i += 64) {
    x[start + i] = (x[start + i] - mean) * scale * norm[i] + norm[columns4 + i];
  }
}
