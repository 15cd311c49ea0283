// Sum and maximum over a workgroup of 64, in two rounds of 8.
// All invocations must call, in uniform control flow, and all get the result.
var<workgroup> partials: array<vec4f, 64>;

fn workgroup_sum(value: vec4f, lane: u32) -> vec4f {
  partials[lane] = value;
  workgroupBarrier();
  var sum = vec4f();
  if lane < 8 {
    for (var i = lane * 8; i < lane * 8 + 8; i++) { sum += partials[i]; }
  }
  workgroupBarrier();
  if lane < 8 { partials[lane] = sum; }
  workgroupBarrier();
  sum = partials[0];
  for (var i = 1u; i < 8; i++) { sum += partials[i]; }
  workgroupBarrier();
  return sum;
}

fn workgroup_max(value: f32, lane: u32) -> f32 {
  partials[lane].x = value;
  workgroupBarrier();
  var largest = value;
  if lane < 8 {
    for (var i = lane * 8; i < lane * 8 + 8; i++) { largest = max(largest, partials[i].x); }
  }
  workgroupBarrier();
  if lane < 8 { partials[lane].x = largest; }
  workgroupBarrier();
  for (var i = 0u; i < 8; i++) { largest = max(largest, partials[i].x); }
  workgroupBarrier();
  return largest;
}
