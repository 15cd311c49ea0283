// Gathers one field of every block of a raw GGUF tensor into a stream of its own. Blocks of 18 or 34 bytes are not
// word-aligned, so the field is moved in halves of words.

override BLOCK_HALVES: u32; // of a raw block
override FIELD_START: u32; // halves from the block's beginning
override FIELD_HALVES: u32;

struct Piece {
  first_word: u32, // where in the stream this piece begins
  words: u32, // of the stream in this piece, the last one perhaps filled by half
  halves: u32, // of the stream in this piece
}

@group(0) @binding(0) var<uniform> piece: Piece;
@group(0) @binding(1) var<storage, read> raw: array<u32>;
@group(0) @binding(2) var<storage, read_write> stream: array<u32>;

fn field_half(index: u32) -> u32 {
  if index >= piece.halves { return 0; }
  let half = index / FIELD_HALVES * BLOCK_HALVES + FIELD_START + index % FIELD_HALVES;
  return (raw[half / 2] >> (half % 2 * 16)) & 0xffff;
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let word = (workgroup.z * workgroups.x + workgroup.x) * 64 + lane;
  if word >= piece.words { return; }
  stream[piece.first_word + word] = field_half(word * 2) | (field_half(word * 2 + 1) << 16);
}
