// Rotary position embedding of queries and keys (Su et al., https://arxiv.org/abs/2104.09864); keys and values go into
// the cache at their positions. An invocation makes four elements of one head of q, k or v.

override HALVES: bool; // pairs are (i, i + rotary_dim / 2), as in NeoX; else (2i, 2i + 1), as in llama

@group(0) @binding(2) var<storage, read> q: array<f32>; // (tokens, heads, head_dim)
@group(0) @binding(3) var<storage, read> k: array<f32>; // (tokens, kv_heads, head_dim)
@group(0) @binding(4) var<storage, read> v: array<f32>; // (tokens, kv_heads, head_dim)
@group(0) @binding(5) var<storage, read> rotations: array<vec2f>; // (positions, rotary_dim / 2): cosine and sine
@group(0) @binding(6) var<storage, read_write> queries: array<vec4f>; // (tokens, heads, head_dim)
@group(0) @binding(7) var<storage, read_write> keys: array<Cached4>; // (kv_heads, capacity, head_dim)
@group(0) @binding(8) var<storage, read_write> values: array<Cached4>; // (kv_heads, capacity, head_dim)

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
fn rotate(own: f32, other: f32, second: bool, rotation: vec2f) -> f32 {
  return rotation.x * own + select(-rotation.y, rotation.y, second) * other;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) invocation: vec3u) {
  let fours = shape.head_dim / 4;
  let head = invocation.x / fours;
  let four = invocation.x % fours;
  let token = invocation.y;
  let position = step.position + token;
  if head >= shape.heads + 2 * shape.kv_heads { return; }

  let is_query = head < shape.heads;
  let is_value = head >= shape.heads + shape.kv_heads;
  let kv_head = (head - shape.heads) % shape.kv_heads;
  let start = select((token * shape.kv_heads + kv_head) * shape.head_dim, (token * shape.heads + head) * shape.head_dim, is_query);

  var result: vec4f;
  for (var i = 0u; i < 4; i++) {
    let element = four * 4 + i;
    if is_value {
      result[i] = v[start + element];
    } else {
      var own: f32;
      if is_query { own = q[start + element]; } else { own = k[start + element]; }
      if element < shape.rotary_dim {
        let pair = pair_of(element);
        var other: f32;
        if is_query { other = q[start + pair.other]; } else { other = k[start + pair.other]; }
        own = rotate(own, other, pair.second, rotations[position * (shape.rotary_dim / 2) + pair.number]);
      }
      result[i] = own;
    }
  }
  let cached = (kv_head * shape.capacity + position) * fours + four;
  if is_query {
    queries[start / 4 + four] = result;
  } else if is_value {
    values[cached] = pack4(result);
  } else {
    keys[cached] = pack4(result);
  }
}
