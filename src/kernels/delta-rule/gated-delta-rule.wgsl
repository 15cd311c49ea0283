// The gated delta rule. Yang et al., https://arxiv.org/abs/2412.06464. For every token, in order:
//   S ← g S, S ← S + k ⊗ β (v − Sᵀ k), o = Sᵀ q
// where q and k have length 1, and q is divided by √KEY_DIM.
//
// Columns of S do not depend on each other. A workgroup has four of them for all tokens, an invocation the rows lane,
// lane + 64, …, in registers. With Sᵀq of the new S as g Sᵀq + (k · q) β (v − g Sᵀk), a token takes one round of sums.

override KEY_DIM: u32; // at most MAX_KEY_DIM
override KEY_HEADS: u32; // value head h has key head h % KEY_HEADS
override VALUE_DIM: u32; // a multiple of 4
override VALUE_HEADS: u32;
override EPSILON: f32; // the least length that q and k are divided by

@group(0) @binding(1) var<storage, read> mixed: array<f32>; // (tokens): q and k (KEY_HEADS, KEY_DIM), v (VALUE_HEADS, VALUE_DIM)
@group(0) @binding(2) var<storage, read> alpha: array<f32>; // (tokens, VALUE_HEADS): g = exp(decay · softplus(alpha))
@group(0) @binding(3) var<storage, read> beta: array<f32>; // (tokens, VALUE_HEADS): β = sigmoid(beta)
@group(0) @binding(4) var<storage, read> decay: array<f32>; // (VALUE_HEADS)
@group(0) @binding(5) var<storage, read_write> memory: array<vec4f>; // (VALUE_HEADS, VALUE_DIM / 4, KEY_DIM): S
@group(0) @binding(6) var<storage, read_write> result: array<vec4f>; // (tokens, VALUE_HEADS, VALUE_DIM)

const MAX_ROWS = 4u; // of an invocation; MAX_KEY_DIM / 64

fn softplus(value: f32) -> f32 {
  return max(value, 0) + log(1 + exp(-abs(value)));
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let column4 = workgroup.x;
  let head = workgroup.y;
  let key_width = KEY_HEADS * KEY_DIM;
  let width = 2 * key_width + VALUE_HEADS * VALUE_DIM; // of a token in mixed
  let own_query = (head % KEY_HEADS) * KEY_DIM;
  let own_value = 2 * key_width + head * VALUE_DIM + column4 * 4;
  let own_memory = (head * (VALUE_DIM / 4) + column4) * KEY_DIM;

  var rows: array<vec4f, MAX_ROWS>; // of S; none is read at the beginning of a text
  if step.position > 0 {
    for (var r = 0u; r < MAX_ROWS; r++) {
      let row = r * 64 + lane;
      if row < KEY_DIM { rows[r] = memory[own_memory + row]; }
    }
  }

  for (var token = 0u; token < step.tokens; token++) {
    let start = token * width;
    var k: array<f32, MAX_ROWS>;
    var q: array<f32, MAX_ROWS>;
    var k_sum = vec4f(); // Sᵀk
    var q_sum = vec4f(); // Sᵀq
    var products = vec4f(); // k · k, q · q, k · q
    for (var r = 0u; r < MAX_ROWS; r++) {
      let row = r * 64 + lane;
      if row >= KEY_DIM { break; }
      q[r] = mixed[start + own_query + row];
      k[r] = mixed[start + key_width + own_query + row];
      k_sum += k[r] * rows[r];
      q_sum += q[r] * rows[r];
      products += vec4f(k[r] * k[r], q[r] * q[r], k[r] * q[r], 0);
    }
    products = workgroup_sum(products, lane);
    let k_scale = 1 / max(sqrt(products.x), EPSILON);
    let q_scale = 1 / (max(sqrt(products.y), EPSILON) * sqrt(f32(KEY_DIM)));
    let of_head = token * VALUE_HEADS + head;
    let g = exp(decay[head] * softplus(alpha[of_head]));
    k_sum = g * k_scale * workgroup_sum(k_sum, lane);
    q_sum = g * q_scale * workgroup_sum(q_sum, lane);

    let at = start + own_value;
    let v = vec4f(mixed[at], mixed[at + 1], mixed[at + 2], mixed[at + 3]);
    let delta = sigmoid(beta[of_head]) * (v - k_sum);
    for (var r = 0u; r < MAX_ROWS; r++) { rows[r] = g * rows[r] + k_scale * k[r] * delta; }
    if lane == 0 {
      result[of_head * (VALUE_DIM / 4) + column4] = q_sum + k_scale * q_scale * products.z * delta;
    }
  }

  for (var r = 0u; r < MAX_ROWS; r++) {
    let row = r * 64 + lane;
    if row < KEY_DIM { memory[own_memory + row] = rows[r]; }
  }
}
