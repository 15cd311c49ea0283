// Next to no work, on what the dispatch before it left: what it takes is what a dispatch takes.

@group(0) @binding(0) var<storage, read_write> counter: array<u32>;

@compute @workgroup_size(1)
fn main() { counter[0]++; }
