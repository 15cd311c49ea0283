override EPILOGUE: u32; // what becomes of a result: see Epilogue in linear.ts

@group(0) @binding(1) var<storage, read> x: array<vec4f>; // (tokens, columns)
@group(0) @binding(2) var<storage, read_write> y: array<f32>; // (tokens, all rows)

fn store(token: u32, row: u32, result: f32) {
  let index = token * slice.all_rows + slice.first_row + row;
  switch EPILOGUE {
    case 1: { y[index] += result; }
    case 2: {
      let gate = y[index];
      y[index] = gate / (1 + exp(-gate)) * result;
    }
    default: { y[index] = result; }
  }
}
