// Y = X Wᵀ for many rows of X: a workgroup of 8 × 8 computes a tile of 32 rows of Y × 32 rows of W, each invocation 4 × 4
// of it. What W is for a tile is said by dense.wgsl or experts.wgsl, which rows of Y by in-turn.wgsl or by-expert.wgsl.
// Tiles of X and W pass through workgroup memory, 16 columns at a time, W dequantised on the way.
// (A software adapter compiles in time proportional to workgroup memory: 32 columns take twice as long.)
// The type `real` of W's tile is f32 or f16; X, which may be beyond f16's range, and the arithmetic are f32 always.

const TILE = 32u;
const TILE4 = 4u; // fours of columns in a tile

var<workgroup> tile_x: array<vec4f, TILE * TILE4>; // (row of y, four)
var<workgroup> tile_w: array<vec4<real>, TILE * TILE4>; // (row, four)

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = workgroup.y * TILE;
  let first_y_row = y_row_at(first);
  if first_y_row == NONE { return; }
  let matrix = matrix_of(first_y_row);
  if matrix.count == 0 { return; }
  let columns4 = slice.columns / 4;
  let first_row = folded(workgroup, workgroups) * TILE;
  let own_row = lane % 8;
  let own_y_row = lane / 8;

  var sums: array<vec4f, 4>; // [row of y][row]
  for (var start = 0u; start < columns4; start += TILE4) {
    for (var i = lane; i < TILE * TILE4; i += 64) {
      let column4 = start + i % TILE4;
      let y_row = y_row_at(first + i / TILE4);
      let row = first_row + i / TILE4;
      var input = vec4f();
      var weights = vec4f();
      if column4 < columns4 {
        if y_row != NONE { input = x[x_row_of(y_row) * columns4 + column4]; }
        if row < matrix.count { weights = weights4((matrix.first + row) * columns4 + column4); }
      }
      tile_x[i] = input;
      tile_w[i] = vec4<real>(weights);
    }
    workgroupBarrier();
    for (var k = 0u; k < TILE4; k++) {
      // Rows are 8 apart, so that neighbouring invocations read neighbouring memory.
      let w0 = vec4f(tile_w[own_row * TILE4 + k]);
      let w1 = vec4f(tile_w[(own_row + 8) * TILE4 + k]);
      let w2 = vec4f(tile_w[(own_row + 16) * TILE4 + k]);
      let w3 = vec4f(tile_w[(own_row + 24) * TILE4 + k]);
      for (var t = 0u; t < 4; t++) {
        let input = tile_x[(own_y_row + t * 8) * TILE4 + k];
        sums[t] += vec4f(dot(w0, input), dot(w1, input), dot(w2, input), dot(w3, input));
      }
    }
    workgroupBarrier();
  }
  for (var t = 0u; t < 4; t++) {
    let y_row = y_row_at(first + own_y_row + t * 8);
    for (var r = 0u; r < 4; r++) {
      let row = first_row + own_row + r * 8;
      if y_row != NONE && row < matrix.count { store(y_row, matrix.first + row, sums[t][r]); }
    }
  }
}
