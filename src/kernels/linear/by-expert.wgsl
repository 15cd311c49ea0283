@group(0) @binding(4) var<storage, read> order: array<u32>; // (tiles, TILE): see group.wgsl

/// Tiles of the matmul are rows of y with one and the same matrix.
fn y_row_at(index: u32) -> u32 { return order[index]; }
