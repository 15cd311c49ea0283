// Brings choices of one expert together, for the matmul, which has one matrix to a tile. One workgroup does it all.

override EXPERTS: u32; // at most 512
override CHOSEN: u32;
override TILE: u32;

@group(0) @binding(1) var<storage, read> choices: array<Choice>; // (tokens, CHOSEN)
@group(0) @binding(2) var<storage, read_write> order: array<u32>; // (tiles, TILE): numbers of choices; NONE behind an expert's last

var<workgroup> places: array<atomic<u32>, 512>; // of each expert: how many chose it, then where its next choice goes

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  let count = step.tokens * CHOSEN;
  for (var i = lane; i < arrayLength(&order); i += 64) { order[i] = NONE; }
  for (var i = lane; i < count; i += 64) { atomicAdd(&places[choices[i].expert], 1); }
  workgroupBarrier();
  if lane == 0 {
    var place = 0u;
    for (var expert = 0u; expert < EXPERTS; expert++) {
      let tiles = (atomicLoad(&places[expert]) + TILE - 1) / TILE;
      atomicStore(&places[expert], place);
      place += tiles * TILE;
    }
  }
  workgroupBarrier();
  storageBarrier(); // NONE lies everywhere
  for (var i = lane; i < count; i += 64) { order[atomicAdd(&places[choices[i].expert], 1)] = i; }
}
