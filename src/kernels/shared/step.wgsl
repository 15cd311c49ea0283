// What changes from one step to the next.
struct Step {
  tokens: u32, // in this step
  position: u32, // of the first of them
  row: u32, // of the token whose logits are wanted
}
@group(0) @binding(0) var<uniform> step: Step;
