import type { Gpu } from '../../src/gpu/gpu.ts';
import type { Grid, Kernel } from '../../src/gpu/kernel.ts';
import { PORTABLE, type Variant } from '../../src/kernels/shared/compose.ts';
import { xorshift } from '../fixtures/tiny-model.ts';

type Data = Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** A buffer of a kernel under test: its contents beforehand, or its size in f32 elements. */
export type TestBuffer = Data | number;

/**
 * Runs one kernel once and gives back what one of its buffers holds afterwards.
 *
 * @param buffers for each group and binding
 * @param output group and binding to read back
 */
export async function runKernel(
  gpu: Gpu,
  kernel: Kernel,
  constants: Record<string, number>,
  buffers: readonly (readonly TestBuffer[])[],
  grid: Grid,
  output: readonly [number, number],
): Promise<Float32Array> {
  const owned = gpu.buffers();
  const made = buffers.map((group, g) =>
    group.map((data, b) => {
      const bytes = typeof data === 'number' ? data * 4 : data.byteLength;
      const kind = kernel.groups[g]?.[b] === 'uniform' ? 'uniform' : 'storage';
      const buffer = owned[kind](`${kernel.name} ${g}.${b}`, bytes);
      if (typeof data !== 'number') gpu.write(buffer, 0, data);
      return buffer;
    }),
  );
  const result = made[output[0]]?.[output[1]];
  if (!result) throw new RangeError(`no buffer at ${output}`);
  const program = await gpu.compile([
    { kernel, constants, buffers: made.map(group => group.map(buffer => ({ buffer }))), grid: () => grid },
  ]);
  const readback = owned.readback('result', result.size);
  gpu.run([program], undefined, { from: result, to: readback });
  const values = new Float32Array(await readback.read());
  owned.free();
  return values;
}

/** Seeded numbers in [-1, 1). */
export function randomFloats(count: number, seed: number): Float32Array<ArrayBuffer> {
  const random = xorshift(seed);
  return Float32Array.from({ length: count }, () => random() * 2 - 1);
}

/** The portable kernels, and those that use what this device offers where that is more. */
export function variants({ features }: Gpu): { name: string; variant: Variant }[] {
  const offered = [features.subgroupSize > 0 && 'subgroups', features.f16 && 'f16'].filter(Boolean).join(' and ');
  const portable = { name: 'portable', variant: PORTABLE };
  return offered ? [portable, { name: `with ${offered}`, variant: features }] : [portable];
}

/** max |a - b| over all elements of `expected`; NaN where one is NaN or missing. */
export function largestDifference(actual: Float32Array, expected: Float32Array): number {
  return expected.reduce((largest, value, i) => Math.max(largest, Math.abs((actual[i] ?? Number.NaN) - value)), 0);
}
