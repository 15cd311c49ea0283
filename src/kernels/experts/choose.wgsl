// The experts of each token: those with the largest logits, weighted with the softmax over them. The softmax over all
// experts, of which the chosen parts are scaled to a sum of 1, is the same. Shazeer et al., https://arxiv.org/abs/1701.06538

override EXPERTS: u32;
override CHOSEN: u32; // at most 64

@group(0) @binding(0) var<storage, read> logits: array<f32>; // (tokens, EXPERTS)
@group(0) @binding(1) var<storage, read_write> choices: array<Choice>; // (tokens, CHOSEN), the largest first

var<workgroup> chosen: array<f32, 64>; // logits

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = workgroup.x * EXPERTS;
  let first_choice = workgroup.x * CHOSEN;
  for (var expert = lane; expert < EXPERTS; expert += 64) {
    let logit = logits[row + expert];
    var rank = 0u; // of equal logits the first comes first
    for (var other = 0u; other < EXPERTS; other++) {
      let rival = logits[row + other];
      if rival > logit || (rival == logit && other < expert) { rank++; }
    }
    if rank < CHOSEN {
      chosen[rank] = logit;
      choices[first_choice + rank].expert = expert;
    }
  }
  workgroupBarrier();
  if lane >= CHOSEN { return; }
  var sum = 0.0;
  for (var i = 0u; i < CHOSEN; i++) { sum += exp(chosen[i] - chosen[0]); }
  choices[first_choice + lane].weight = exp(chosen[lane] - chosen[0]) / sum;
}
