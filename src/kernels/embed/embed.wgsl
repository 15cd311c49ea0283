// x[token, :] = SCALE · embedding[row, :], or that added to what x holds; the row is that of the token's id, or of its
// position, or the first.

override SCALE: f32 = 1;
override ROW: u32 = 0; // see EmbeddedRow in embed.ts
override ADD: bool = false;

@group(0) @binding(1) var<storage, read> step_and_ids: array<u32>; // the step's three words, then one id a token
@group(0) @binding(2) var<storage, read_write> x: array<vec4f>; // (tokens, columns)

const FIRST_ID = 3;

fn row_of(token: u32) -> u32 {
  switch ROW {
    case 1: { return step.position + token; }
    case 2: { return 0; }
    default: { return step_and_ids[FIRST_ID + token]; }
  }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) invocation: vec3u) {
  let columns4 = slice.columns / 4;
  let column4 = invocation.x;
  let token = invocation.y;
  let row = row_of(token) - slice.first_row; // wraps around where the row is in an earlier slice
  if column4 >= columns4 || row >= slice.rows { return; }
  let index = token * columns4 + column4;
  let value = SCALE * weights4(row * columns4 + column4);
  if ADD { x[index] += value; } else { x[index] = value; }
}
