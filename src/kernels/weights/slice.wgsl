// Which rows of a matrix the bound streams hold: one that is larger than a binding may be is bound in slices. A stack of
// matrices, one for each expert, is bound as the rows of all of them.
struct Slice {
  first_row: u32,
  rows: u32, // in this slice
  columns: u32,
  all_rows: u32, // of the whole matrix; of each in a stack
}
@group(1) @binding(0) var<uniform> slice: Slice;

/// Some rows of the slice.
struct Rows { first: u32, count: u32 }
