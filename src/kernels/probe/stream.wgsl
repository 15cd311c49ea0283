// Reads all of a buffer, and nothing else to speak of: what it takes is what memory takes.

@group(0) @binding(0) var<storage, read> data: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> result: array<vec4u>; // of each invocation, so that no read is left out

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) invocation: vec3u, @builtin(num_workgroups) workgroups: vec3u) {
  var sum = vec4u();
  for (var i = invocation.x; i < arrayLength(&data); i += workgroups.x * 64) { sum ^= data[i]; }
  result[invocation.x] = sum;
}
