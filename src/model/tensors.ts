import { ModelError } from '../errors.ts';
import type { Gguf, TensorInfo } from '../gguf/gguf.ts';
import { type WeightFormat, weightFormats } from '../kernels/weights/formats.ts';

/** A weight matrix that kernels read row by row in its own tensor type: a tensor, or some rows of one, or a stack. */
export interface Matrix {
  readonly tensor: TensorInfo;
  readonly format: WeightFormat;
  /** How many matrices lie one behind another: of a stack, one for each expert; else 1. */
  readonly count: number;
  /** Of each of them. */
  readonly rows: number;
  readonly columns: number;
  /** Where its rows lie in the file, in bytes from the beginning. */
  readonly offset: number;
  readonly bytes: number;
}

/** Small tensors in f32, as every converter writes them: most often one of one dimension, else end to end. */
export interface Vector {
  readonly tensors: readonly TensorInfo[];
  readonly length: number;
}

/** Some of the rows of a tensor that several matrices share. */
export interface RowRange {
  readonly first: number;
  readonly count: number;
  /** Rows of the whole tensor. */
  readonly of: number;
}

/**
 * The tensors of a file as an architecture asks for them. Asking checks name, shape and type against the directory, so
 * that a file which cannot work is refused from its header alone; what was asked for is what will be uploaded.
 *
 * @throws ModelError `invalid_gguf` for a missing tensor or another shape, `unsupported_tensor_type`.
 */
export class TensorDirectory {
  readonly #tensors: Gguf['tensors'];
  readonly #asked = new Set<string>();
  readonly matrices: Matrix[] = [];
  readonly vectors: Vector[] = [];

  constructor({ tensors }: Gguf) {
    this.#tensors = tensors;
  }

  /** Of all tensors asked for. */
  get bytes(): number {
    const parts = [...this.matrices, ...this.vectors.flatMap(({ tensors }) => tensors)];
    return parts.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  matrix(name: string, rows: number, columns: number): Matrix {
    return this.rows(name, { first: 0, count: rows, of: rows }, columns);
  }

  /** Some rows of a tensor as a matrix of their own, for files that keep several matrices in one tensor. */
  rows(name: string, { first, count, of }: RowRange, columns: number): Matrix {
    const tensor = this.#find(name, [columns, of]);
    const rowBytes = tensor.bytes / of;
    return this.#matrix(tensor, {
      count: 1,
      rows: count,
      columns,
      offset: tensor.offset + first * rowBytes,
      bytes: count * rowBytes,
    });
  }

  /** Matrices of one shape in one tensor, one for each expert. */
  stack(name: string, count: number, rows: number, columns: number): Matrix {
    const tensor = this.#find(name, [columns, rows, count]);
    return this.#matrix(tensor, { count, rows, columns, offset: tensor.offset, bytes: tensor.bytes });
  }

  #matrix(tensor: TensorInfo, place: Omit<Matrix, 'tensor' | 'format'>): Matrix {
    const format = weightFormats[tensor.type.name];
    if (!format) throw unsupportedType(tensor, Object.keys(weightFormats));
    // The kernels read fours of columns.
    if (place.columns % 4 !== 0) {
      throw new ModelError(
        `Rows of ${place.columns} weights in ${tensor.name} are not a multiple of 4.`,
        'unsupported_architecture',
      );
    }
    const matrix = { tensor, format, ...place };
    this.matrices.push(matrix);
    return matrix;
  }

  /** The first row of a tensor, however many it has. */
  firstRow(name: string, columns: number): Matrix {
    const of = this.#tensors.get(name)?.shape[1] ?? 1;
    return this.rows(name, { first: 0, count: 1, of }, columns);
  }

  vector(name: string, length: number): Vector {
    return this.endToEnd([name, length]);
  }

  /** A small matrix in f32, its rows end to end. */
  table(name: string, rows: number, columns: number): Vector {
    return this.#vector([this.#find(name, [columns, rows])]);
  }

  /** Several vectors as one, in the order given; for a kernel that has no binding to spare. */
  endToEnd(...parts: [name: string, length: number][]): Vector {
    return this.#vector(parts.map(([name, length]) => this.#find(name, [length])));
  }

  #vector(tensors: readonly TensorInfo[]): Vector {
    for (const tensor of tensors) if (tensor.type.name !== 'F32') throw unsupportedType(tensor, ['F32']);
    const vector = { tensors, length: tensors.reduce((sum, { bytes }) => sum + bytes / 4, 0) };
    this.vectors.push(vector);
    return vector;
  }

  /** Lets tensors be whose names begin like this: they are no part of what the model says. */
  leaveOut(prefix: string): void {
    for (const name of this.#tensors.keys()) if (name.startsWith(prefix)) this.#asked.add(name);
  }

  /**
   * Refuses tensors that the architecture did not ask for: to ignore a bias or an extra norm would change the answer
   * in silence.
   */
  refuseOthers(): void {
    for (const name of this.#tensors.keys()) {
      if (!this.#asked.has(name)) {
        throw new ModelError(`No kernel uses the tensor ${name}.`, 'unsupported_architecture');
      }
    }
  }

  #find(name: string, shape: readonly number[]): TensorInfo {
    const tensor = this.#tensors.get(name);
    if (!tensor) throw new ModelError(`The tensor ${name} is missing.`, 'invalid_gguf');
    const sizes = Math.max(tensor.shape.length, shape.length);
    // Sizes of 1 behind the others are no dimensions to speak of.
    if (Array.from({ length: sizes }).some((_, i) => (tensor.shape[i] ?? 1) !== (shape[i] ?? 1))) {
      const [actual, wanted] = [tensor.shape, shape].map(each => each.join(' × '));
      throw new ModelError(`The tensor ${name} is ${actual}; it must be ${wanted}.`, 'invalid_gguf');
    }
    this.#asked.add(name);
    return tensor;
  }
}

function unsupportedType({ name, type }: TensorInfo, supported: readonly string[]): ModelError {
  return new ModelError(
    `The tensor ${name} is ${type.name}; it must be ${supported.join(', ')}.`,
    'unsupported_tensor_type',
  );
}
