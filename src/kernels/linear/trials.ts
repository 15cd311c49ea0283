import type { Constants, Trial, TrialResult } from '../../gpu/kernel.ts';
import { rmsNormReference } from '../norm/reference.ts';
import type { Variant } from '../shared/compose.ts';
import { randomFloats } from '../shared/random.ts';
import { F16_SUM_TOLERANCE, F32_TOLERANCE } from '../shared/tolerances.ts';
import type { WeightFormat } from '../weights/formats.ts';
import { randomMatrix } from '../weights/reference.ts';
import { expertMatmulGrid, MATMUL_TILE, matmulGrid, matvecGrid } from './grids.ts';
import { epilogueReference, expertProducts, orderByExpert, product } from './reference.ts';

/** Fills neither a tile nor a workgroup, and is more than the first subgroup of a workgroup makes. */
const ROWS = 37;

/** Rows of x for the matvec, and for the matmul. */
const FEW = 3;
const MANY = MATMUL_TILE + 3;

/** Of a stack; nobody chooses the last. */
const EXPERTS = 3;

export function matvecTrial(format: WeightFormat, variant: Variant, constants: Constants): Trial {
  const { NORM = 0, EPSILON = 0, ONE_ROW = 0 } = constants;
  const columns = columnsOf(format);
  const row = 1;
  const x = randomFloats(FEW * columns, 2);
  const gain = randomFloats(columns, 3);
  const bias = randomFloats(ROWS, 4);
  const asked = ONE_ROW ? x.slice(row * columns, (row + 1) * columns) : x;
  const input = NORM ? rmsNormReference(asked, gain, EPSILON) : asked;
  const tokens = input.length / columns;
  const held = randomFloats(tokens * ROWS, 5);
  const { bindings, values } = randomMatrix(format, { rows: ROWS, columns });
  const products = product(values, input, ROWS, columns);
  return {
    buffers: [[Uint32Array.of(FEW, 0, row, 0), x, held, bias, gain], bindings],
    grid: matvecGrid(ROWS, tokens, variant),
    results: [resultOf({ products, held, bias: i => bias[i % ROWS] }, constants, F32_TOLERANCE)],
  };
}

export function matmulTrial(format: WeightFormat, variant: Variant, constants: Constants): Trial {
  const columns = columnsOf(format);
  const x = randomFloats(MANY * columns, 2);
  const bias = randomFloats(ROWS, 4);
  const held = randomFloats(MANY * ROWS, 5);
  const { bindings, values } = randomMatrix(format, { rows: ROWS, columns });
  const products = product(values, x, ROWS, columns);
  return {
    buffers: [[Uint32Array.of(MANY, 0, 0, 0), x, held, bias], bindings],
    grid: matmulGrid(ROWS, MANY),
    results: [resultOf({ products, held, bias: i => bias[i % ROWS] }, constants, matmulTolerance(variant))],
  };
}

export function expertMatvecTrial(format: WeightFormat, variant: Variant, constants: Constants): Trial {
  const { NORM = 0, EPSILON = 0 } = constants;
  const { step, x, gain, columns, ...chosen } = expertOperands(format, FEW, constants);
  const input = NORM ? rmsNormReference(x, gain, EPSILON) : x;
  return {
    buffers: [[step, x, chosen.held, chosen.bias, gain, chosen.words], chosen.bindings],
    grid: matvecGrid(ROWS, chosen.experts.length, variant),
    results: [expertResult({ ...chosen, input, columns }, constants, F32_TOLERANCE)],
  };
}

export function expertMatmulTrial(format: WeightFormat, variant: Variant, constants: Constants): Trial {
  const { step, x, columns, ...chosen } = expertOperands(format, MANY, constants);
  const order = orderByExpert(chosen.experts);
  return {
    buffers: [[step, x, chosen.held, chosen.bias, order, chosen.words], chosen.bindings],
    grid: expertMatmulGrid(ROWS, order.length / MATMUL_TILE),
    results: [expertResult({ ...chosen, input: x, columns }, constants, matmulTolerance(variant))],
  };
}

/** At least as many choices as asked for, and what the products with their experts are made of. */
function expertOperands(format: WeightFormat, choices: number, { SHARING = 1 }: Constants) {
  const columns = columnsOf(format);
  const xRows = Math.ceil(choices / SHARING);
  const experts = Array.from({ length: xRows * SHARING }, (_, i) => ((i * i) % 5 < 2 ? 0 : 1));
  const { bindings, values } = randomMatrix(format, { rows: ROWS, columns, count: EXPERTS });
  return {
    step: Uint32Array.of(xRows, 0, 0, 0),
    x: randomFloats(xRows * columns, 2),
    gain: randomFloats(columns, 3),
    bias: randomFloats(EXPERTS * ROWS, 4),
    held: randomFloats(experts.length * ROWS, 5),
    experts,
    words: Uint32Array.from(experts.flatMap(expert => [expert, 0])), // products heed no weights
    bindings,
    values,
    columns,
  };
}

interface ExpertOperands extends Pick<ReturnType<typeof expertOperands>, 'held' | 'bias' | 'experts' | 'values'> {
  readonly input: Float32Array;
  readonly columns: number;
}

function expertResult(of: ExpertOperands, constants: Constants, tolerance: number): TrialResult {
  const { held, bias, experts, values, input, columns } = of;
  const shape = { rows: ROWS, columns, sharing: constants.SHARING ?? 1 };
  const products = expertProducts(values, input, experts, shape);
  const biasOf = (i: number) => bias[(experts[Math.floor(i / ROWS)] ?? 0) * ROWS + (i % ROWS)];
  return resultOf({ products, held, bias: biasOf }, constants, tolerance);
}

interface Products {
  readonly products: Float32Array;
  /** What y holds beforehand. */
  readonly held: Float32Array;
  readonly bias: (i: number) => number | undefined;
}

function resultOf({ products, held, bias }: Products, constants: Constants, tolerance: number): TrialResult {
  const { EPILOGUE, SCALE = 1, BIAS = 0, CAP = 0 } = constants;
  const apply = epilogueReference(EPILOGUE);
  const expected = products.map((value, i) => apply(held[i] ?? 0, SCALE * value + BIAS * (bias(i) ?? 0), CAP));
  return { binding: 2, expected, tolerance };
}

function matmulTolerance({ f16 }: Variant): number {
  return f16 ? F16_SUM_TOLERANCE : F32_TOLERANCE;
}

/** More fours than a workgroup has invocations, in whole blocks, and no power of two where the blocks allow it. */
function columnsOf({ blockLength }: WeightFormat): number {
  return Math.max(320, 2 * blockLength);
}
