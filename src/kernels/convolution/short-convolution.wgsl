// The gated short convolution of LFM2: y = c ⊙ conv(b ⊙ x), causal and of its own for every channel. The products b ⊙ x
// of earlier steps come from a cache of all positions. An invocation makes four channels of one token.

override KERNEL: u32; // taps; the last is the token's own

@group(0) @binding(1) var<storage, read> projected: array<vec4f>; // (tokens, 3, channels): b, c, x
@group(0) @binding(2) var<storage, read> taps: array<f32>; // (channels, KERNEL)
@group(0) @binding(3) var<storage, read_write> inputs: array<Cached4>; // (capacity, channels): b ⊙ x
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>; // (tokens, channels)

fn gated(token: u32, four: u32, fours: u32) -> vec4f {
  let row = token * 3 * fours + four;
  return projected[row] * projected[row + 2 * fours];
}

/// The tap that is `back` positions before the token's own, for four channels.
fn tap(four: u32, back: u32) -> vec4f {
  let first = four * 4 * KERNEL + KERNEL - 1 - back;
  return vec4f(taps[first], taps[first + KERNEL], taps[first + 2 * KERNEL], taps[first + 3 * KERNEL]);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) invocation: vec3u) {
  let fours = arrayLength(&taps) / KERNEL / 4;
  let four = invocation.x;
  let token = invocation.y;
  let position = step.position + token;
  if four >= fours { return; }

  let own = gated(token, four, fours);
  var sum = own * tap(four, 0);
  for (var back = 1u; back < min(KERNEL, position + 1); back++) {
    var input: vec4f;
    if back <= token {
      input = gated(token - back, four, fours);
    } else {
      input = unpack4(inputs[(position - back) * fours + four]);
    }
    sum += input * tap(four, back);
  }
  inputs[position * fours + four] = pack4(own);
  y[token * fours + four] = projected[token * 3 * fours + fours + four] * sum;
}
