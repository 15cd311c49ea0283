// Sum and maximum over a workgroup of 64: within each subgroup, then over the subgroups.
// All invocations must call, in uniform control flow, and all get the result.
var<workgroup> partials: array<vec4f, 64>;

fn workgroup_sum(value: vec4f, lane: u32) -> vec4f {
  let width = subgroupAdd(1u); // every invocation is active: this is the subgroup's size
  let own = subgroupAdd(value);
  if lane % width == 0 { partials[lane / width] = own; }
  workgroupBarrier();
  var sum = partials[0];
  for (var i = 1u; i < 64 / width; i++) { sum += partials[i]; }
  workgroupBarrier();
  return sum;
}

fn workgroup_max(value: f32, lane: u32) -> f32 {
  let width = subgroupAdd(1u);
  let own = subgroupMax(value);
  if lane % width == 0 { partials[lane / width].x = own; }
  workgroupBarrier();
  var largest = partials[0].x;
  for (var i = 1u; i < 64 / width; i++) { largest = max(largest, partials[i].x); }
  workgroupBarrier();
  return largest;
}
