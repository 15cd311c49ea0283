// One matrix for every row of y.

override ONE_ROW: bool = false; // x is row step.row alone, y has one row

fn matrix_of(y_row: u32) -> Rows { return Rows(0, slice.rows); }
fn x_row_of(y_row: u32) -> u32 { return select(y_row, step.row, ONE_ROW); }
