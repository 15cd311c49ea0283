// y = W x for one token at a time: each workgroup computes ROWS rows. With NORM, x is RMS-normalised on the way:
// W (x ⊙ g · r) = r · W (x ⊙ g), so the sum of squares accumulates beside the products and r multiplies at the end.

override NORM: bool;
override EPSILON: f32;
override ONE_ROW: bool; // x is row step.row alone, y has one row

@group(0) @binding(3) var<storage, read> gain: array<vec4f>; // (columns), with NORM; any buffer otherwise

const ROWS = 4u;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let columns4 = slice.columns / 4;
  let first_row = folded(workgroup, workgroups) * ROWS;
  let token = select(workgroup.y, step.row, ONE_ROW);
  // Rows past the end read the last row again and are not stored: the loop needs no branch.
  let last_row = slice.rows - 1;
  let rows = min(first_row + vec4u(0, 1, 2, 3), vec4u(last_row)) * columns4;

  var sums = vec4f();
  var squares = vec4f();
  for (var i = lane; i < columns4; i += 64) {
    var input = x[token * columns4 + i];
    if NORM {
      squares += input * input;
      input *= gain[i];
    }
    sums += vec4f(
      dot(weights4(rows.x + i), input),
      dot(weights4(rows.y + i), input),
      dot(weights4(rows.z + i), input),
      dot(weights4(rows.w + i), input),
    );
  }
  sums = workgroup_sum(sums, lane);
  if NORM {
    squares = workgroup_sum(squares, lane);
    sums *= inverseSqrt(dot(squares, vec4f(1)) / f32(slice.columns) + EPSILON);
  }
  if lane < ROWS && first_row + lane <= last_row {
    store(select(token, 0u, ONE_ROW), first_row + lane, sums[lane]);
  }
}
