// x ← RMSNorm(x) ⊙ SiLU(gate) of each head of each token, one workgroup a head: the output norm of linear attention.

override EPSILON: f32;

@group(0) @binding(0) var<storage, read> gate: array<vec4f>; // (tokens, heads, head_dim)
@group(0) @binding(1) var<storage, read> weight: array<vec4f>; // (head_dim)
@group(0) @binding(2) var<storage, read_write> x: array<vec4f>; // (tokens, heads, head_dim)

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let fours = arrayLength(&weight);
  let start = (workgroup.y * workgroups.x + workgroup.x) * fours;
  var squares = vec4f();
  for (var i = lane; i < fours; i += 64) {
    let value = x[start + i];
    squares += value * value;
  }
  squares = workgroup_sum(squares, lane);
  let scale = inverseSqrt(dot(squares, vec4f(1)) / f32(fours * 4) + EPSILON);
  for (var i = lane; i < fours; i += 64) {
    let z = gate[start + i];
    x[start + i] *= scale * weight[i] * z * sigmoid4(z);
  }
}
