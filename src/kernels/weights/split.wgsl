// Gathers one field of every block of a raw GGUF tensor into a stream of its own. Blocks of 17, 18 or 34 bytes are not
// word-aligned, so that a field may begin anywhere in a word.

override BLOCK_BYTES: u32; // of a raw block
override FIELD_START: u32; // bytes from the block's beginning
override FIELD_BYTES: u32; // 1, 2 or a multiple of 4
override UNIT_BYTES: u32 = min(FIELD_BYTES, 4); // moved at a time

struct Piece {
  first_word: u32, // where in the stream this piece begins
  words: u32, // of the stream in this piece, the last one perhaps filled in part
  bytes: u32, // of the stream in this piece
}

@group(0) @binding(0) var<uniform> piece: Piece;
@group(0) @binding(1) var<storage, read> raw: array<u32>;
@group(0) @binding(2) var<storage, read_write> stream: array<u32>;

/// The unit that lies at this byte of the piece's part of the stream.
fn unit(at: u32) -> u32 {
  if at >= piece.bytes { return 0; }
  let byte = at / FIELD_BYTES * BLOCK_BYTES + FIELD_START + at % FIELD_BYTES;
  let shift = byte % 4 * 8;
  let low = raw[byte / 4] >> shift;
  let high = select(raw[byte / 4 + 1] << (32 - shift), 0, shift == 0);
  return extractBits(low | high, 0, UNIT_BYTES * 8);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(num_workgroups) workgroups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = (workgroup.z * workgroups.x + workgroup.x) * 64 + lane;
  if index >= piece.words { return; }
  var word = 0u;
  for (var at = 0u; at < 4; at += UNIT_BYTES) { word |= unit(index * 4 + at) << (at * 8); }
  stream[piece.first_word + index] = word;
}
