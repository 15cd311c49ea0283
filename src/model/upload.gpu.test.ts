import { expect, test } from 'vitest';
import { bytesSource } from '../../test/fixtures/bytes-source.ts';
import { writeGguf } from '../../test/fixtures/write-gguf.ts';
import { testDevice } from '../../test/gpu/open.ts';
import { largestDifference, randomFloats } from '../../test/gpu/run-kernel.ts';
import { product, randomTensor, stream } from '../../test/gpu/test-matrix.ts';
import { dequantise } from '../gguf/dequantise.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import { tensorTypes } from '../gguf/tensor-types.ts';
import { Gpu } from '../gpu/gpu.ts';
import { Epilogue, expertMatvec, matvecGrid, matvecRows } from '../kernels/linear/linear.ts';
import { PORTABLE } from '../kernels/shared/compose.ts';
import { TensorDirectory } from './tensors.ts';
import { GpuWeights } from './upload.ts';

const device = await testDevice();

/** More than a piece of the upload, so that the second piece's place is seen too. */
const SLICE_BYTES = 4.2 * 2 ** 20;

// Rows are single blocks where there are blocks. Slices of an odd number of rows begin and end anywhere in a word.
test.each([
  { type: 'F16', columns: 4 },
  { type: 'Q8_0', columns: 32 },
  { type: 'Q3_K', columns: 256 },
  { type: 'Q4_K', columns: 256 },
  { type: 'MXFP4', columns: 32 },
] as const)('$type comes to the GPU byte for byte, in slices and pieces', async ({ type, columns }) => {
  const { blockLength, blockBytes } = tensorTypes[type];
  const rowBytes = (columns / blockLength) * blockBytes;
  const sliceRows = Math.floor(SLICE_BYTES / rowBytes / 2) * 2 + 1;
  const rows = sliceRows + 3;
  const data = randomTensor(type, rows * columns, 1);
  const source = bytesSource(writeGguf({ metadata: {}, tensors: [{ name: 'w', type, shape: [columns, rows], data }] }));
  const directory = new TensorDirectory(await readGguf(source));
  const matrix = directory.matrix('w', rows, columns);
  const { streams } = matrix.format;
  const rowStream = (Math.max(...streams.map(({ bytes }) => bytes)) * rowBytes) / blockBytes;
  // Half a row more than fits.
  const limits = { maxBindingBytes: Math.floor(rowStream * (sliceRows + 0.5)), maxBufferBytes: 2 ** 28 };
  const gpu = new Gpu({ ...device, limits });
  const buffers = gpu.buffers();
  const weights = new GpuWeights(buffers, directory, gpu.limits);
  await weights.upload(gpu, source, { signal: new AbortController().signal });

  const slices = weights.slices(matrix);
  expect(slices.map(slice => slice.rows)).toEqual([sliceRows, 3]);
  for (const [i, { bindings, rows: count }] of slices.entries()) {
    const raw = data.subarray(i * sliceRows * rowBytes).subarray(0, count * rowBytes);
    for (const [s, { offset, bytes }] of streams.entries()) {
      const uploaded = await read(gpu, bindings[s + 1]?.buffer);
      expect(Buffer.compare(uploaded, stream(raw, blockBytes, offset, bytes)), `slice ${i}, stream ${s}`).toBe(0);
    }
  }
  buffers.free();
});

test('a stack in slices of whole matrices multiplies as one', async () => {
  const [experts, rows, columns] = [5, 6, 32];
  const data = randomTensor('Q8_0', experts * rows * columns, 1);
  const shape = [columns, rows, experts];
  const source = bytesSource(writeGguf({ metadata: {}, tensors: [{ name: 'w', type: 'Q8_0', shape, data }] }));
  const directory = new TensorDirectory(await readGguf(source));
  const stack = directory.stack('w', experts, rows, columns);
  const limits = { maxBindingBytes: 2.9 * rows * columns, maxBufferBytes: 2 ** 28 };
  const gpu = new Gpu({ ...device, limits });
  const buffers = gpu.buffers();
  const weights = new GpuWeights(buffers, directory, gpu.limits);
  await weights.upload(gpu, source, { signal: new AbortController().signal });
  expect(weights.slices(stack).map(slice => slice.rows)).toEqual([2 * rows, 2 * rows, rows]);

  // Each expert is chosen once, all with one row of x.
  const x = randomFloats(columns, 2);
  const filled = (words: Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>) => {
    const buffer = buffers.uniform('words', words.byteLength);
    gpu.write(buffer, 0, words);
    return { buffer };
  };
  const input = filled(x);
  const choices = filled(Uint32Array.of(0, 0, 1, 0, 2, 0, 3, 0, 4, 0));
  const step = filled(Uint32Array.of(1, 0, 0));
  const y = { buffer: buffers.storage('y', experts * rows * 4) };
  const constants = { EPILOGUE: Epilogue.store, NORM: 0, EPSILON: 0, ROWS: matvecRows(PORTABLE), SHARING: experts };
  const kernel = expertMatvec(stack.format, PORTABLE);
  const calls = weights.slices(stack).map(({ bindings }) => ({
    kernel,
    constants,
    buffers: [[step, input, y, input, input, choices], bindings],
    grid: () => matvecGrid(rows, experts, PORTABLE),
  }));
  gpu.run([await gpu.compile(calls)], undefined);
  const values = dequantise(tensorTypes.Q8_0, data, experts * rows * columns);
  const result = new Float32Array((await read(gpu, y.buffer)).buffer);
  expect(largestDifference(result, product(values, x, experts * rows, columns))).toBeLessThan(1e-5);
  buffers.free();
});

async function read(gpu: Gpu, buffer: GPUBuffer | undefined): Promise<Uint8Array> {
  if (!buffer) throw new RangeError('there is no such stream');
  const buffers = gpu.buffers();
  const readback = buffers.readback('stream', buffer.size);
  gpu.run([], undefined, { from: buffer, to: readback });
  const bytes = new Uint8Array(await readback.read());
  buffers.free();
  return bytes;
}
