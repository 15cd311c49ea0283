// Each token has matrices of its own: those of the experts that it chose. y is (tokens, chosen, rows); x is (tokens, columns),
// or, where it comes from the experts themselves, (tokens, chosen, columns).

override SHARING: u32; // choices that share a row of x: all of a token's, or 1

@group(0) @binding(5) var<storage, read> choices: array<Choice>; // (tokens, chosen)

/// None, where another slice has them.
fn matrix_of(y_row: u32) -> Rows {
  let first = choices[y_row].expert * slice.all_rows - slice.first_row; // wraps around where it is in an earlier slice
  return Rows(first, select(0, slice.all_rows, first < slice.rows));
}
fn x_row_of(y_row: u32) -> u32 { return y_row / SHARING; }
