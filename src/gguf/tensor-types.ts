/**
 * How the elements of a tensor are packed: `blockLength` neighbouring elements of a row share `blockBytes` bytes.
 *
 * Source of the numbers: ggml's `ggml_type` and the block structs of `ggml-common.h`,
 * https://github.com/ggml-org/ggml/blob/master/include/ggml.h
 */
export interface TensorType {
  /** The number in the file. */
  readonly id: number;
  /** ggml's name, such as `Q8_0`. */
  readonly name: TensorTypeName;
  /** Elements in a block. */
  readonly blockLength: number;
  readonly blockBytes: number;
}

/** Id, elements in a block, bytes in a block. The ids left out belonged to types that ggml has removed. */
const table = {
  F32: [0, 1, 4],
  F16: [1, 1, 2],
  Q4_0: [2, 32, 18],
  Q4_1: [3, 32, 20],
  Q5_0: [6, 32, 22],
  Q5_1: [7, 32, 24],
  Q8_0: [8, 32, 34],
  Q8_1: [9, 32, 36],
  Q2_K: [10, 256, 84],
  Q3_K: [11, 256, 110],
  Q4_K: [12, 256, 144],
  Q5_K: [13, 256, 176],
  Q6_K: [14, 256, 210],
  Q8_K: [15, 256, 292],
  IQ2_XXS: [16, 256, 66],
  IQ2_XS: [17, 256, 74],
  IQ3_XXS: [18, 256, 98],
  IQ1_S: [19, 256, 50],
  IQ4_NL: [20, 32, 18],
  IQ3_S: [21, 256, 110],
  IQ2_S: [22, 256, 82],
  IQ4_XS: [23, 256, 136],
  I8: [24, 1, 1],
  I16: [25, 1, 2],
  I32: [26, 1, 4],
  I64: [27, 1, 8],
  F64: [28, 1, 8],
  IQ1_M: [29, 256, 56],
  BF16: [30, 1, 2],
  TQ1_0: [34, 256, 54],
  TQ2_0: [35, 256, 66],
  MXFP4: [39, 32, 17],
  NVFP4: [40, 64, 36],
  Q1_0: [41, 128, 18],
} as const satisfies Record<string, readonly [number, number, number]>;

export type TensorTypeName = keyof typeof table;

const names = Object.keys(table) as TensorTypeName[];

/** ggml's types, by name. */
export const tensorTypes: Readonly<Record<TensorTypeName, TensorType>> = Object.fromEntries(
  names.map(name => {
    const [id, blockLength, blockBytes] = table[name];
    return [name, { id, name, blockLength, blockBytes }];
  }),
) as Record<TensorTypeName, TensorType>;

const byId = new Map(Object.values(tensorTypes).map(type => [type.id, type]));

/** The type with this number in a file; `undefined` for one that is not known. */
export function tensorTypeById(id: number): TensorType | undefined {
  return byId.get(id);
}
