override ROWS: u32; // of a workgroup: four

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first_row = folded(workgroup, workgroups) * ROWS;
  var sums = share(first_row, workgroup.y, lane, 64);
  sums.products = workgroup_sum(sums.products, lane);
  if NORM { sums.squares = workgroup_sum(sums.squares, lane); }
  finish(sums, first_row, workgroup.y, lane);
}
