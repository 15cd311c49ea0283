/// Tiles of the matmul are rows of y one after another.
fn y_row_at(index: u32) -> u32 { return select(NONE, index, index < step.tokens); }
