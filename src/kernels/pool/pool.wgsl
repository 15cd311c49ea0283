// One vector from the rows of a text's tokens, which may come in several steps. A mean is left as the sum: what is
// normalised afterwards has the same direction.

override POOLING: u32; // see Pooling in pool.ts

@group(0) @binding(1) var<storage, read> x: array<vec4f>; // (tokens, columns)
@group(0) @binding(2) var<storage, read_write> pooled: array<vec4f>; // (columns)

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) invocation: vec3u) {
  let columns4 = arrayLength(&pooled);
  let column4 = invocation.x;
  if column4 >= columns4 { return; }
  switch POOLING {
    case 1: { // the text's first token
      if step.position == 0 { pooled[column4] = x[column4]; }
    }
    case 2: { // the last so far
      pooled[column4] = x[(step.tokens - 1) * columns4 + column4];
    }
    default: {
      var sum = vec4f();
      if step.position > 0 { sum = pooled[column4]; }
      for (var token = 0u; token < step.tokens; token++) { sum += x[token * columns4 + column4]; }
      pooled[column4] = sum;
    }
  }
}
