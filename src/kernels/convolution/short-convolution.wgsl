// Causal convolution of each channel by its own taps: SiLU of it, as in Mamba and its kin; or with gates, as in LFM2:
// y = c ⊙ conv(b ⊙ x). What earlier steps fed is in a ring of KERNEL positions. A workgroup makes eight fours of
// channels for all tokens, so that it has read the ring before it writes it; at position 0 it reads nothing of it.

override KERNEL: u32; // taps; the last is the token's own
override GATED: bool;

@group(0) @binding(1) var<storage, read> projected: array<vec4f>; // (tokens, channels); (tokens, 3, channels): b, c, x
@group(0) @binding(2) var<storage, read> taps: array<f32>; // (channels, KERNEL)
@group(0) @binding(3) var<storage, read_write> inputs: array<vec4f>; // (KERNEL, channels), by position % KERNEL
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>; // (tokens, channels)

fn input(token: u32, four: u32, fours: u32) -> vec4f {
  if !GATED { return projected[token * fours + four]; }
  let row = token * 3 * fours + four;
  return projected[row] * projected[row + 2 * fours];
}

/// The tap that is `back` positions before the token's own, for four channels.
fn tap(four: u32, back: u32) -> vec4f {
  let first = four * 4 * KERNEL + KERNEL - 1 - back;
  return vec4f(taps[first], taps[first + KERNEL], taps[first + 2 * KERNEL], taps[first + 3 * KERNEL]);
}

fn convolved(token: u32, four: u32, fours: u32) -> vec4f {
  let position = step.position + token;
  var sum = input(token, four, fours) * tap(four, 0);
  for (var back = 1u; back < min(KERNEL, position + 1); back++) {
    var earlier: vec4f;
    if back <= token {
      earlier = input(token - back, four, fours);
    } else {
      earlier = inputs[((position - back) % KERNEL) * fours + four];
    }
    sum += earlier * tap(four, back);
  }
  return sum;
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let fours = arrayLength(&taps) / KERNEL / 4;
  let four = workgroup.x * 8 + lane % 8;
  let tokens = select(0u, step.tokens, four < fours); // an invocation's own, every eighth
  for (var token = lane / 8; token < tokens; token += 8) {
    let sum = convolved(token, four, fours);
    let index = token * fours + four;
    if GATED {
      y[index] = projected[token * 3 * fours + fours + four] * sum;
    } else {
      y[index] = sum * sigmoid4(sum);
    }
  }
  storageBarrier();
  for (var token = max(tokens, KERNEL) - KERNEL + lane / 8; token < tokens; token += 8) {
    inputs[((step.position + token) % KERNEL) * fours + four] = input(token, four, fours);
  }
}
