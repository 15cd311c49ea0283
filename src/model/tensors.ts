import { ModelError } from '../errors.ts';
import type { Gguf, TensorInfo } from '../gguf/gguf.ts';
import { type WeightFormat, weightFormats } from '../kernels/weights/formats.ts';

/** A weight matrix that kernels read row by row in its own tensor type. */
export interface Matrix {
  readonly tensor: TensorInfo;
  readonly format: WeightFormat;
  readonly rows: number;
  readonly columns: number;
}

/** A small tensor of one dimension, in f32 as every converter writes them. */
export interface Vector {
  readonly tensor: TensorInfo;
  readonly length: number;
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
    return [...this.matrices, ...this.vectors].reduce((sum, { tensor }) => sum + tensor.bytes, 0);
  }

  has(name: string): boolean {
    return this.#tensors.has(name);
  }

  matrix(name: string, rows: number, columns: number): Matrix {
    const tensor = this.#find(name, [columns, rows]);
    const format = weightFormats[tensor.type.name];
    if (!format) throw unsupportedType(tensor, Object.keys(weightFormats));
    // The kernels read fours of columns.
    if (columns % 4 !== 0) {
      throw new ModelError(
        `Rows of ${columns} weights in ${name} are not a multiple of 4.`,
        'unsupported_architecture',
      );
    }
    const matrix = { tensor, format, rows, columns };
    this.matrices.push(matrix);
    return matrix;
  }

  vector(name: string, length: number): Vector {
    const tensor = this.#find(name, [length]);
    if (tensor.type.name !== 'F32') throw unsupportedType(tensor, ['F32']);
    const vector = { tensor, length };
    this.vectors.push(vector);
    return vector;
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
    const actual = tensor.shape.join(' × ');
    if (actual !== shape.join(' × ')) {
      throw new ModelError(`The tensor ${name} is ${actual}; it must be ${shape.join(' × ')}.`, 'invalid_gguf');
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
