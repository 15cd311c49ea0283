import { EnvironmentError } from '../errors.ts';
import { Buffers } from './buffers.ts';
import { Compiler } from './compile.ts';
import { type Device, type DeviceFeatures, type DeviceLimits, openDevice } from './device.ts';
import type { Call } from './kernel.ts';
import type { Program } from './program.ts';
import type { Readback } from './readback.ts';

/** Opens the machine's GPU. Options and errors as in {@link openDevice}. */
export async function openGpu(gpu?: GPU): Promise<Gpu> {
  return new Gpu(await openDevice(gpu));
}

/** What the rest of the house may do with a GPU: own buffers, compile programs, replay them, read results back. */
export class Gpu {
  readonly name: string;
  readonly features: DeviceFeatures;
  readonly limits: DeviceLimits;
  readonly lost: Promise<EnvironmentError>;
  readonly #device: GPUDevice;
  readonly #compiler: Compiler;

  constructor(device: Device) {
    this.#device = device.handle;
    this.#compiler = new Compiler(device.handle);
    this.name = device.name;
    this.features = device.features;
    this.limits = device.limits;
    this.lost = device.lost;
  }

  /** A new lifetime for buffers. */
  buffers(): Buffers {
    return new Buffers(this.#device);
  }

  /** Queues a write. Offset and length are in bytes, both multiples of 4. */
  write(buffer: GPUBuffer, offset: number, data: GPUAllowSharedBufferSource): void {
    this.#device.queue.writeBuffer(buffer, offset, data);
  }

  /** Makes every pipeline and bind group that these calls need. */
  compile<Step>(calls: readonly Call<Step>[]): Promise<Program<Step>> {
    return this.#compiler.compile(calls);
  }

  /** Replays programs in one pass and one submit; then copies a result for reading where asked. */
  run<Step>(programs: readonly Program<Step>[], step: Step, result?: { from: GPUBuffer; to: Readback }): void {
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const program of programs) program.record(pass, step);
    pass.end();
    if (result) result.to.copyFrom(encoder, result.from);
    this.#device.queue.submit([encoder.finish()]);
  }

  /** Queues a copy of a whole buffer into one of the same size. */
  copy(from: GPUBuffer, to: GPUBuffer): void {
    const encoder = this.#device.createCommandEncoder();
    encoder.copyBufferToBuffer(from, 0, to, 0, from.size);
    this.#device.queue.submit([encoder.finish()]);
  }

  /** Resolves when the GPU has done all that was queued. */
  idle(): Promise<void> {
    return this.#device.queue.onSubmittedWorkDone();
  }

  /**
   * Runs what allocates and compiles, and makes errors of what WebGPU would let pass in silence.
   *
   * @throws EnvironmentError `out_of_memory`, `device_lost`
   */
  async checked<T>(work: () => Promise<T>): Promise<T> {
    this.#device.pushErrorScope('validation');
    this.#device.pushErrorScope('out-of-memory');
    const [result] = await Promise.allSettled([work()]);
    const memory = await this.#device.popErrorScope();
    const validation = await this.#device.popErrorScope();
    const lost = await Promise.race([this.lost, undefined]);
    if (lost) throw lost;
    if (memory) throw new EnvironmentError('The GPU has not enough free memory for this model.', 'out_of_memory');
    if (result.status === 'rejected') throw result.reason;
    if (validation) throw new Error(`The GPU refuses the model: ${validation.message}`);
    return result.value;
  }

  destroy(): void {
    this.#device.destroy();
  }
}
