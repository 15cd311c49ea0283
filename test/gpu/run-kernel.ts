import type { Gpu } from '../../src/gpu/gpu.ts';
import type { Contents, Grid, Kernel } from '../../src/gpu/kernel.ts';
import { runOnce } from '../../src/gpu/run-once.ts';
import { PORTABLE, type Variant } from '../../src/kernels/shared/compose.ts';

export { randomFloats } from '../../src/kernels/shared/random.ts';

/** A buffer of a kernel under test: its contents beforehand, or its size in f32 elements. */
export type TestBuffer = Contents;

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
  const [bytes] = await runOnce(gpu, { kernel, constants, buffers, grid }, [output]);
  return new Float32Array(bytes ?? []);
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
