import type { ByteSource } from '../gguf/byte-source.ts';
import type { Buffers } from '../gpu/buffers.ts';
import type { DeviceLimits } from '../gpu/device.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { foldGrid } from '../gpu/kernel.ts';
import type { Program } from '../gpu/program.ts';
import { type Stream, split, splitConstants } from '../kernels/weights/formats.ts';
import type { Matrix, TensorDirectory, Vector } from './tensors.ts';

/** A matrix's rows on the GPU, as many as one binding may hold; of a stack, whole matrices. */
export interface MatrixSlice {
  /** Of the rows of all matrices. */
  readonly firstRow: number;
  /** Of all matrices in it. */
  readonly rows: number;
  /** Group 1 of the kernels that read it: the slice, then the streams of its format. */
  readonly bindings: readonly GPUBufferBinding[];
}

export interface UploadOptions {
  readonly signal: AbortSignal;
  /** Bytes that have come to the GPU, and all that will. */
  readonly onUpload?: (bytes: number, total: number) => void;
}

/** Bytes read and written at a time: `writeBuffer` was fastest in pieces of about 4 MiB. */
const PIECE_BYTES = 4 * 2 ** 20;

/** Pieces that may wait in the queue before the upload waits for the GPU; bounds the memory they are staged in. */
const PIECES_IN_FLIGHT = 8;

/** The tensors of one model on the GPU. */
export class GpuWeights {
  readonly #directory: TensorDirectory;
  readonly #slices: ReadonlyMap<Matrix, readonly MatrixSlice[]>;
  readonly #vectors: ReadonlyMap<Vector, GPUBuffer>;

  /** Makes the buffers. */
  constructor(buffers: Buffers, directory: TensorDirectory, limits: DeviceLimits) {
    this.#directory = directory;
    this.#vectors = new Map(
      directory.vectors.map(vector => [vector, buffers.storage(vectorName(vector), vector.length * 4)]),
    );
    this.#slices = new Map(directory.matrices.map(matrix => [matrix, createSlices(buffers, matrix, limits)]));
  }

  slices(matrix: Matrix): readonly MatrixSlice[] {
    return found(this.#slices.get(matrix), matrix.tensor.name);
  }

  vector(vector: Vector): GPUBuffer {
    return found(this.#vectors.get(vector), vectorName(vector));
  }

  /** Brings all tensors to the GPU, in the order in which they lie in the file. */
  async upload(gpu: Gpu, source: ByteSource, options: UploadOptions): Promise<void> {
    const uploader = new Uploader(gpu, source, this.#directory.bytes, options);
    try {
      for (const [vector, buffer] of this.#vectors) {
        let at = 0;
        for (const { offset, bytes } of vector.tensors) {
          gpu.write(buffer, at, await uploader.read(offset, bytes));
          at += bytes;
        }
      }
      const inFileOrder = [...this.#slices].sort(([a], [b]) => a.offset - b.offset);
      for (const [matrix, slices] of inFileOrder) {
        for (const slice of slices) await uploadSlice(gpu, uploader, matrix, slice);
      }
      await gpu.idle();
    } finally {
      uploader.free();
    }
  }
}

function createSlices(buffers: Buffers, matrix: Matrix, limits: DeviceLimits): MatrixSlice[] {
  const { tensor, format, columns } = matrix;
  const all = matrix.count * matrix.rows;
  const most = rowsInSlice(matrix, limits);
  return Array.from({ length: Math.ceil(all / most) }, (_, i) => {
    const firstRow = i * most;
    const rows = Math.min(most, all - firstRow);
    const blocks = rows * (columns / format.blockLength);
    const range = buffers.uniform(`${tensor.name} slice`, 16);
    const streams = format.streams.map(({ bytes }) => buffers.storage(tensor.name, blocks * bytes));
    return { firstRow, rows, bindings: [range, ...streams].map(buffer => ({ buffer })) };
  });
}

async function uploadSlice(gpu: Gpu, uploader: Uploader, matrix: Matrix, slice: MatrixSlice): Promise<void> {
  const { format, columns } = matrix;
  const { firstRow, rows, bindings } = slice;
  const [range, ...streams] = bindings.map(({ buffer }) => buffer);
  gpu.write(found(range, matrix.tensor.name), 0, Uint32Array.of(firstRow, rows, columns, matrix.rows));
  const rowBlocks = columns / format.blockLength;
  const offset = matrix.offset + firstRow * rowBlocks * format.blockBytes;
  await uploader.blocks(matrix, offset, rows * rowBlocks, streams);
}

/**
 * Rows whose largest stream still fits a binding; a slice has buffers of its own, so it may begin at any row, or in a
 * stack at any matrix.
 */
function rowsInSlice(matrix: Matrix, { maxBindingBytes, maxBufferBytes }: DeviceLimits): number {
  const { format, columns, count, rows } = matrix;
  const largest = Math.max(...format.streams.map(({ bytes }) => bytes));
  const rowBytes = (columns / format.blockLength) * largest;
  const most = Math.floor(Math.min(maxBindingBytes, maxBufferBytes) / rowBytes);
  return count === 1 ? most : most - (most % rows);
}

/** Moves ranges of the file into GPU buffers, piece by piece. */
class Uploader {
  readonly #gpu: Gpu;
  readonly #source: ByteSource;
  readonly #options: UploadOptions;
  readonly #buffers: Buffers;
  readonly #raw: GPUBuffer; // a piece as it lies in the file
  readonly #piece: GPUBuffer; // the split kernel's uniform
  readonly #total: number;
  #read = 0;
  #inFlight = 0;

  /** @param total bytes that will be read */
  constructor(gpu: Gpu, source: ByteSource, total: number, options: UploadOptions) {
    this.#gpu = gpu;
    this.#source = source;
    this.#total = total;
    this.#options = options;
    this.#buffers = gpu.buffers();
    this.#raw = this.#buffers.storage('raw piece', PIECE_BYTES);
    this.#piece = this.#buffers.uniform('piece', 12);
  }

  async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const { signal, onUpload } = this.#options;
    signal.throwIfAborted();
    const bytes = await this.#source.read(offset, length, signal);
    this.#read += length;
    onUpload?.(this.#read, this.#total);
    return bytes;
  }

  /** Reads `blocks` blocks of a matrix from the file at `offset` and shares their fields out to the streams. */
  async blocks(matrix: Matrix, offset: number, blocks: number, streams: readonly GPUBuffer[]): Promise<void> {
    const { blockBytes } = matrix.format;
    const target = streams[0];
    const isPlain = streams.length === 1 && target !== undefined;
    const programs = isPlain ? [] : await this.#splitPrograms(matrix, streams);
    // A multiple of 4 blocks, so that every piece begins on a whole word of each stream, be its fields single bytes.
    const pieceBlocks = Math.floor(PIECE_BYTES / blockBytes / 4) * 4;
    for (let first = 0; first < blocks; first += pieceBlocks) {
      const count = Math.min(pieceBlocks, blocks - first);
      const bytes = wholeWords(await this.read(offset + first * blockBytes, count * blockBytes));
      if (isPlain) {
        this.#gpu.write(target, first * blockBytes, bytes);
      } else {
        this.#gpu.write(this.#raw, 0, bytes);
        for (const [i, stream] of matrix.format.streams.entries()) this.#split(programs[i], stream, first, count);
      }
      await this.#bound();
    }
  }

  #splitPrograms(matrix: Matrix, streams: readonly GPUBuffer[]): Promise<Program<number>[]> {
    return Promise.all(
      matrix.format.streams.map((stream, i) => {
        const buffers = [this.#piece, this.#raw, found(streams[i], matrix.tensor.name)].map(buffer => ({ buffer }));
        const constants = splitConstants(matrix.format, stream);
        const grid = (words: number) => foldGrid(Math.ceil(words / 64), 1);
        return this.#gpu.compile([{ kernel: split, constants, buffers: [buffers], grid }]);
      }),
    );
  }

  #split(program: Program<number> | undefined, stream: Stream, firstBlock: number, blocks: number): void {
    const bytes = blocks * stream.bytes;
    const words = Math.ceil(bytes / 4);
    this.#gpu.write(this.#piece, 0, Uint32Array.of((firstBlock * stream.bytes) / 4, words, bytes));
    if (program) this.#gpu.run([program], words);
  }

  async #bound(): Promise<void> {
    this.#inFlight++;
    if (this.#inFlight < PIECES_IN_FLIGHT) return;
    this.#inFlight = 0;
    await this.#gpu.idle();
  }

  free(): void {
    this.#buffers.free();
  }
}

/** `writeBuffer` takes whole words. */
function wholeWords(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (bytes.byteLength % 4 === 0) return bytes;
  const padded = new Uint8Array(Math.ceil(bytes.byteLength / 4) * 4);
  padded.set(bytes);
  return padded;
}

function vectorName({ tensors }: Vector): string {
  return tensors.map(({ name }) => name).join(' ');
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`${name} has no buffer`);
  return value;
}
