// result ← result ⊙ sigmoid(gate), where each head's gate lies behind its query: Qiu et al.,
// https://arxiv.org/abs/2505.06708. An invocation makes four elements.

@group(0) @binding(2) var<storage, read> gated: array<vec4f>; // (tokens, heads, 2, head_dim): queries and gates
@group(0) @binding(3) var<storage, read_write> result: array<vec4f>; // (tokens, heads, head_dim)

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) invocation: vec3u) {
  let fours = shape.head_dim / 4;
  let i = invocation.x;
  let token = invocation.y;
  if i >= shape.heads * fours { return; }
  let head = token * shape.heads + i / fours;
  result[head * fours + i % fours] *= sigmoid4(gated[(2 * head + 1) * fours + i % fours]);
}
