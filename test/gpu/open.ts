import { type Device, openDevice } from '../../src/gpu/device.ts';
import { Gpu } from '../../src/gpu/gpu.ts';
import { openTestGpu } from './adapter.ts';

/** A device of its own for a test file. */
export function testDevice(): Promise<Device> {
  return openDevice(openTestGpu());
}

export async function testGpu(): Promise<Gpu> {
  return new Gpu(await testDevice());
}
