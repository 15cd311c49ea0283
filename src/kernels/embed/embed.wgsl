// x[token, :] = SCALE · embedding[id of token, :]

override SCALE: f32 = 1;

@group(0) @binding(1) var<storage, read> step_and_ids: array<u32>; // the step's three words, then one id a token
@group(0) @binding(2) var<storage, read_write> x: array<vec4f>; // (tokens, columns)

const FIRST_ID = 3;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) invocation: vec3u) {
  let columns4 = slice.columns / 4;
  let column4 = invocation.x;
  let token = invocation.y;
  let row = step_and_ids[FIRST_ID + token] - slice.first_row; // wraps around where the row is in an earlier slice
  if column4 >= columns4 || row >= slice.rows { return; }
  x[token * columns4 + column4] = SCALE * weights4(row * columns4 + column4);
}
