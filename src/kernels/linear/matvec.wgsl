// y = W x for one x at a time. A team of invocations makes four rows: a subgroup, where there are subgroups
// (matvec-subgroup.wgsl), else the whole workgroup (matvec-tree.wgsl). What W and x are for a workgroup's y is said by
// dense.wgsl or experts.wgsl.
//
// With NORM, x is RMS-normalised on the way: W (x ⊙ g · r) = r · W (x ⊙ g), so the sum of squares accumulates beside the
// products and r multiplies at the end.

override NORM: bool;
override EPSILON: f32;

@group(0) @binding(4) var<storage, read> gain: array<vec4f>; // (columns), with NORM; any buffer otherwise

/// One invocation's share of four rows' products with x, and of the sum of squares of x.
struct Share { products: vec4f, squares: vec4f }

fn share(first_row: u32, y_row: u32, member: u32, team_size: u32) -> Share {
  let matrix = matrix_of(y_row);
  var own: Share;
  if matrix.count == 0 { return own; }
  let columns4 = slice.columns / 4;
  let start = x_row_of(y_row) * columns4;
  // Rows past the end read the last row again and are not stored: the loop needs no branch.
  let rows = (matrix.first + min(first_row + vec4u(0, 1, 2, 3), vec4u(matrix.count - 1))) * columns4;
  for (var i = member; i < columns4; i += team_size) {
    var input = x[start + i];
    if NORM {
      own.squares += input * input;
      input *= gain[i];
    }
    own.products += vec4f(
      dot(weights4(rows.x + i), input),
      dot(weights4(rows.y + i), input),
      dot(weights4(rows.z + i), input),
      dot(weights4(rows.w + i), input),
    );
  }
  return own;
}

/// Stores a team's sums; each of its first four members one row.
fn finish(sums: Share, first_row: u32, y_row: u32, member: u32) {
  var scale = 1.0;
  if NORM { scale = inverseSqrt(dot(sums.squares, vec4f(1)) / f32(slice.columns) + EPSILON); }
  let matrix = matrix_of(y_row);
  let row = first_row + member;
  if member < 4 && row < matrix.count { store(y_row, matrix.first + row, sums.products[member] * scale); }
}
