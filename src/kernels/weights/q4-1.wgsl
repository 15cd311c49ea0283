// A block is five words: scale and least weight as halves, then nibbles as in Q4_0.
@group(1) @binding(1) var<storage, read> blocks: array<u32>;

fn weights4(index: u32) -> vec4f {
  let block = index / 8 * 5;
  let quarter = index % 8;
  let scale_and_least = unpack2x16float(blocks[block]);
  let nibbles = (blocks[block + 1 + quarter % 4] >> (quarter / 4 * 4)) & 0x0f0f0f0f;
  return scale_and_least.x * vec4f(unpack4xU8(nibbles)) + scale_and_least.y;
}
