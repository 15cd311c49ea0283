// Rotary position embedding of queries and keys (Su et al., https://arxiv.org/abs/2104.09864), RMS-normalised before it
// where the model does so; keys and values go into the cache at their positions. A workgroup makes one head of one
// token's q, k or v, an invocation four elements of it.

override HALVES: bool; // pairs are (i, i + rotary_dim / 2), as in NeoX; else (2i, 2i + 1), as in llama
override NORM: u32; // of q and k: see QueryKeyNorm in rope.ts
override EPSILON: f32;
override GATED: bool = false; // behind each head of q lies its gate

@group(0) @binding(2) var<storage, read> q: array<vec4f>; // (tokens, heads, head_dim), or (tokens, heads, 2, head_dim) where GATED
@group(0) @binding(3) var<storage, read> k: array<vec4f>; // (tokens, kv_heads, head_dim)
@group(0) @binding(4) var<storage, read> v: array<vec4f>; // (tokens, kv_heads, head_dim)
@group(0) @binding(5) var<storage, read> rotations: array<vec2f>; // (positions, rotary_dim / 2): cosine and sine
@group(0) @binding(6) var<storage, read> gains: array<vec4f>; // of q, then of k, with NORM; any buffer otherwise
@group(0) @binding(7) var<storage, read_write> queries: array<vec4f>; // (tokens, heads, head_dim)
@group(0) @binding(8) var<storage, read_write> keys: array<Cached4>; // (kv_heads, capacity, head_dim)
@group(0) @binding(9) var<storage, read_write> values: array<Cached4>; // (kv_heads, capacity, head_dim)

var<workgroup> elements: array<f32, 256>; // of the head, normalised

/// Where the pair of an element lies, which of the pair the element is, and the pair's number.
struct Pair { number: u32, other: u32, second: bool }

fn pair_of(element: u32) -> Pair {
  if HALVES {
    let half = shape.rotary_dim / 2;
    let second = element >= half;
    return Pair(element % half, select(element + half, element - half, second), second);
  }
  return Pair(element / 2, element ^ 1, element % 2 == 1);
}

/// cos·a - sin·b for the first of a pair, cos·b + sin·a for the second.
fn rotated(element: u32, position: u32) -> f32 {
  if element >= shape.rotary_dim { return elements[element]; }
  let pair = pair_of(element);
  let rotation = rotations[position * (shape.rotary_dim / 2) + pair.number];
  return rotation.x * elements[element] + select(-rotation.y, rotation.y, pair.second) * elements[pair.other];
}

/// Elements of q (or of k) from `index` on; both count fours.
fn source(is_query: bool, index: u32) -> vec4f {
  if is_query { return q[index]; }
  return k[index];
}

/// 1 / sqrt(mean square) of `fours` fours from `start` on.
fn norm_scale(is_query: bool, start: u32, fours: u32, lane: u32) -> f32 {
  var squares = vec4f();
  for (var i = lane; i < fours; i += 64) {
    let value = source(is_query, start + i);
    squares += value * value;
  }
  return inverseSqrt(dot(workgroup_sum(squares, lane), vec4f(1)) / f32(fours * 4) + EPSILON);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let fours = shape.head_dim / 4;
  let token = workgroup.y;
  let position = step.position + token;

  if workgroup.x >= shape.heads + shape.kv_heads {
    let head = workgroup.x - shape.heads - shape.kv_heads;
    var value = vec4f();
    if lane < fours { value = v[(token * shape.kv_heads + head) * fours + lane]; }
    let scale = block_scale(value, lane);
    let cached = (head * shape.capacity + position) * row_length(fours);
    if lane < fours { values[cached + lane] = pack4(value, scale); }
    if SCALED && lane < fours && lane % 16 == 0 { values[cached + fours + lane / 16] = pack_scales(lane); }
    return;
  }

  let is_query = workgroup.x < shape.heads;
  let head = select(workgroup.x - shape.heads, workgroup.x, is_query);
  let heads = select(shape.kv_heads, shape.heads, is_query);
  let row = token * heads * fours;
  let own = row + head * fours + lane;
  let parts = select(1u, 2u, GATED && is_query); // to a head of the source

  var gain = vec4f(1);
  if NORM > 0 {
    let span = select(fours, heads * fours, NORM == 2); // that is normalised together
    let first = select(head * fours, 0, NORM == 2); // of this head's span
    let key_gains = select(fours, shape.heads * fours, NORM == 2);
    let scale = norm_scale(is_query, (row + first) * parts, span, lane);
    gain = scale * gains[select(key_gains, 0, is_query) + head * fours - first + lane];
  }
  if lane < fours {
    let value = gain * source(is_query, (own - lane) * parts + lane);
    for (var i = 0u; i < 4; i++) { elements[lane * 4 + i] = value[i]; }
  }
  workgroupBarrier();

  var result = vec4f();
  if lane < fours {
    for (var i = 0u; i < 4; i++) { result[i] = rotated(lane * 4 + i, position); }
  }
  if is_query {
    if lane < fours { queries[own] = result; }
    return;
  }
  let scale = block_scale(result, lane);
  let cached = (head * shape.capacity + position) * row_length(fours);
  if lane < fours { keys[cached + lane] = pack4(result, scale); }
  if SCALED && lane < fours && lane % 16 == 0 { keys[cached + fours + lane / 16] = pack_scales(lane); }
}
