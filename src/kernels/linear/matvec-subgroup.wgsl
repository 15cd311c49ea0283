// All invocations of a subgroup take the same way; the analysis cannot know it.
diagnostic(off, subgroup_uniformity);

override ROWS: u32; // of a workgroup: four a subgroup, if its size is what the adapter said

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first_row = folded(workgroup, workgroups) * ROWS;
  let team_size = subgroupAdd(1u); // every invocation is active: this is the subgroup's size
  for (var row = lane / team_size * 4; row < ROWS; row += 64 / team_size * 4) {
    let member = lane % team_size;
    var sums = share(first_row + row, workgroup.y, member, team_size);
    sums.products = subgroupAdd(sums.products);
    if NORM { sums.squares = subgroupAdd(sums.squares); }
    finish(sums, first_row + row, workgroup.y, member);
  }
}
