import { silu } from '../norm/reference.ts';
import { Epilogue } from './epilogue.ts';
import { MATMUL_TILE } from './grids.ts';

/** y = W x in double precision, for every x: (all x, rows). */
export function product(
  weights: Float32Array,
  x: Float32Array,
  rows: number,
  columns: number,
): Float32Array<ArrayBuffer> {
  const y = new Float32Array((x.length / columns) * rows);
  for (let i = 0; i < y.length; i++) {
    const xStart = Math.floor(i / rows) * columns;
    const wStart = (i % rows) * columns;
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += (weights[wStart + c] ?? 0) * (x[xStart + c] ?? 0);
    y[i] = sum;
  }
  return y;
}

interface StackShape {
  /** Of each matrix. */
  readonly rows: number;
  readonly columns: number;
  /** Choices that share a row of x. */
  readonly sharing: number;
}

/** y of each choice, with its expert's matrix of a stack: (choices, rows). */
export function expertProducts(
  stack: Float32Array,
  x: Float32Array,
  experts: readonly number[],
  { rows, columns, sharing }: StackShape,
): Float32Array<ArrayBuffer> {
  const y = new Float32Array(experts.length * rows);
  for (const [choice, expert] of experts.entries()) {
    const matrix = stack.subarray(expert * rows * columns, (expert + 1) * rows * columns);
    const row = Math.floor(choice / sharing);
    y.set(product(matrix, x.subarray(row * columns, (row + 1) * columns), rows, columns), choice * rows);
  }
  return y;
}

/** As in none.wgsl. */
export const NONE = 2 ** 32 - 1;

/** Tiles of one expert's choices, filled up with none; at the end a tile of none. */
export function orderByExpert(experts: readonly number[]): Uint32Array<ArrayBuffer> {
  const tiles = [...new Set(experts)]
    .sort((a, b) => a - b)
    .flatMap(expert => {
      const choices = experts.flatMap((chosen, i) => (chosen === expert ? [i] : []));
      const room = Math.ceil(choices.length / MATMUL_TILE) * MATMUL_TILE;
      return Array.from({ length: room }, (_, i) => choices[i] ?? NONE);
    });
  return Uint32Array.from([...tiles, ...Array<number>(MATMUL_TILE).fill(NONE)]);
}

/** What becomes of a result, beside what y holds. */
export const epilogues: Record<keyof typeof Epilogue, (held: number, result: number, cap: number) => number> = {
  store: (_, result) => result,
  add: (held, result) => held + result,
  swiglu: (held, result) => silu(held) * result,
  geglu: (held, result) => gelu(held) * result,
  softCap: (_, result, cap) => cap * Math.tanh(result / cap),
  clampedSwiglu: (held, result, cap) => {
    const gate = Math.min(held, cap);
    return (silu(1.702 * gate) / 1.702) * (Math.max(-cap, Math.min(cap, result)) + 1);
  },
  gelu: (_, result) => gelu(result),
};

function gelu(value: number): number {
  return (value / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3)));
}

/** The same by the number that the kernels know it by. */
export function epilogueReference(number: number | undefined): (typeof epilogues)[keyof typeof Epilogue] {
  for (const [name, apply] of Object.entries(epilogues))
    if (Epilogue[name as keyof typeof Epilogue] === number) return apply;
  throw new RangeError(`there is no epilogue ${number}`);
}
