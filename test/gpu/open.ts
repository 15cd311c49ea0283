import { type Gpu, openGpu } from '../../src/gpu/gpu.ts';
import { openTestGpu } from './adapter.ts';

/** A device of its own for a test file, without the features named. */
export function testGpu(...without: GPUFeatureName[]): Promise<Gpu> {
  return openGpu(openTestGpu(), without);
}
