// softmax(q Kᵀ · scale) V over the cache, one workgroup a head, token and split of the keys, in tiles of keys with a
// running maximum: Dao et al., https://arxiv.org/abs/2205.14135. Where z is 1 the result is final; else each split
// leaves its unnormalised sum with its maximum and denominator for merge.wgsl.

override CAUSAL: bool = true; // a token sees none behind it; else every token of the step sees all of them
override SINKS: bool; // each head has a score more, of no key and with no value. https://arxiv.org/abs/2508.10925

@group(0) @binding(2) var<storage, read> queries: array<vec4f>; // (tokens, heads, head_dim)
@group(0) @binding(3) var<storage, read> keys: array<Cached4>; // (kv_heads, capacity, head_dim)
@group(0) @binding(4) var<storage, read> values: array<Cached4>; // (kv_heads, capacity, head_dim)
@group(0) @binding(5) var<storage, read_write> result: array<vec4f>; // (tokens, heads, head_dim)
@group(0) @binding(6) var<storage, read_write> partial: array<vec4f>; // (heads, splits, head_dim + 4)
@group(0) @binding(7) var<storage, read> sinks: array<f32>; // (heads), with SINKS; any buffer otherwise

const TILE = 256u; // keys
const LOWEST = -3.0e38;

var<workgroup> query: array<vec4f, 64>;
var<workgroup> weights: array<f32, TILE>;
var<workgroup> sums: array<vec4f, 64>;

/// A four of the row of the cache that begins at `row`.
fn key4(row: u32, four: u32) -> vec4f {
  let value = unpack4(keys[row + four]);
  if SCALED { return value * unpack_scale(keys[row + shape.head_dim / 4 + four / 16], four); }
  return value;
}
fn value4(row: u32, four: u32) -> vec4f {
  let value = unpack4(values[row + four]);
  if SCALED { return value * unpack_scale(values[row + shape.head_dim / 4 + four / 16], four); }
  return value;
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let fours = shape.head_dim / 4;
  let head = workgroup.x;
  let token = workgroup.y;
  let row_size = row_length(fours);
  let cache_start = head / (shape.heads / shape.kv_heads) * shape.capacity * row_size;

  // A token sees itself and all before it, as far back as the window reaches; without a mask, those behind it too.
  let visible_end = step.position + select(step.tokens, token + 1, CAUSAL);
  let visible = min(visible_end, shape.window);
  let span = (visible + workgroups.z - 1) / workgroups.z;
  let first = visible_end - visible + workgroup.z * span;
  let end = min(first + span, visible_end);

  if lane < fours { query[lane] = queries[(token * shape.heads + head) * fours + lane] * shape.scale; }
  workgroupBarrier();

  // For the sum over values, invocations stand in teams, each with one invocation for every four of head_dim.
  let teams = 64 / fours;
  let team = lane / fours;
  let column4 = lane % fours;

  var maximum = LOWEST;
  var denominator = 0.0;
  var sum = vec4f();
  if SINKS && workgroup.z == 0 { // counts once, in the first split
    maximum = sinks[head];
    denominator = 1;
  }
  for (var tile = first; tile < end; tile += TILE) {
    let count = min(TILE, end - tile);
    var tile_maximum = LOWEST;
    for (var i = lane; i < count; i += 64) {
      let key = cache_start + (tile + i) * row_size;
      var products = vec4f();
      for (var c = 0u; c < fours; c++) { products += query[c] * key4(key, c); }
      var score = dot(products, vec4f(1));
      if shape.soft_cap > 0 { score = soft_capped(score, shape.soft_cap); }
      weights[i] = score;
      tile_maximum = max(tile_maximum, score);
    }
    let new_maximum = max(maximum, workgroup_max(tile_maximum, lane));
    var own_denominator = 0.0;
    for (var i = lane; i < count; i += 64) {
      let weight = exp(weights[i] - new_maximum);
      weights[i] = weight;
      own_denominator += weight;
    }
    let rescale = exp(maximum - new_maximum);
    denominator = denominator * rescale + workgroup_sum(vec4f(own_denominator), lane).x;
    maximum = new_maximum;
    sum *= rescale;
    if team < teams {
      for (var i = team; i < count; i += teams) {
        sum += weights[i] * value4(cache_start + (tile + i) * row_size, column4);
      }
    }
    workgroupBarrier(); // before the next tile overwrites the weights
  }

  sums[lane] = sum;
  workgroupBarrier();
  if lane >= fours { return; }
  sum = sums[lane];
  for (var other = 1u; other < teams; other++) { sum += sums[other * fours + lane]; }
  if workgroups.z == 1 {
    result[(token * shape.heads + head) * fours + lane] = sum / denominator;
    return;
  }
  let slot = (head * workgroups.z + workgroup.z) * (fours + 1);
  partial[slot + lane] = sum;
  if lane == 0 { partial[slot + fours] = vec4f(maximum, denominator, 0, 0); }
}
