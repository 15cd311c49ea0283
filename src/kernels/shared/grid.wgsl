/// The index of a workgroup in a count that was folded over x and z.
fn folded(workgroup: vec3u, workgroups: vec3u) -> u32 {
  return workgroup.z * workgroups.x + workgroup.x;
}
