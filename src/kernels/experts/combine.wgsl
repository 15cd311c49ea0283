// y[token, :] += Σ weight · results[token, choice, :]

override CHOSEN: u32;
override COLUMNS: u32;

@group(0) @binding(0) var<storage, read> choices: array<Choice>; // (tokens, CHOSEN)
@group(0) @binding(1) var<storage, read> results: array<vec4f>; // (tokens, CHOSEN, COLUMNS)
@group(0) @binding(2) var<storage, read_write> y: array<vec4f>; // (tokens, COLUMNS)

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) invocation: vec3u) {
  let columns4 = COLUMNS / 4;
  let column4 = invocation.x;
  let token = invocation.y;
  if column4 >= columns4 { return; }
  var sum = vec4f();
  for (var i = token * CHOSEN; i < (token + 1) * CHOSEN; i++) {
    sum += choices[i].weight * results[i * columns4 + column4];
  }
  y[token * columns4 + column4] += sum;
}
