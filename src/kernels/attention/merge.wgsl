// Joins the splits of one token's attention: each sum is rescaled from its own maximum to the largest.

override SPLIT_KEYS: u32;
override MAX_SPLITS: u32;

@group(0) @binding(2) var<storage, read> partial: array<vec4f>; // (heads, splits, head_dim + 4)
@group(0) @binding(3) var<storage, read_write> result: array<vec4f>; // (heads, head_dim)

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let fours = shape.head_dim / 4;
  if lane >= fours { return; }
  let head = workgroup.x;
  let visible = min(step.position + 1, shape.window);
  let splits = min((visible + SPLIT_KEYS - 1) / SPLIT_KEYS, MAX_SPLITS);

  var maximum = -3.0e38;
  for (var i = 0u; i < splits; i++) {
    maximum = max(maximum, partial[(head * splits + i) * (fours + 1) + fours].x);
  }
  var denominator = 0.0;
  var sum = vec4f();
  for (var i = 0u; i < splits; i++) {
    let slot = (head * splits + i) * (fours + 1);
    let state = partial[slot + fours];
    let scale = exp(state.x - maximum);
    denominator += state.y * scale;
    sum += partial[slot + lane] * scale;
  }
  result[head * fours + lane] = sum / denominator;
}
