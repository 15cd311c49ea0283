import { EnvironmentError } from '../errors.ts';

/** A buffer that the CPU can read; made once, used for every step. One read at a time. */
export class Readback {
  readonly buffer: GPUBuffer;

  constructor(buffer: GPUBuffer) {
    this.buffer = buffer;
  }

  copyFrom(encoder: GPUCommandEncoder, source: GPUBuffer): void {
    encoder.copyBufferToBuffer(source, 0, this.buffer, 0, this.buffer.size);
  }

  /**
   * What the last submitted copy brought, in memory of its own.
   *
   * @throws EnvironmentError `device_lost`, the one reason for which a browser refuses this
   */
  async read(): Promise<ArrayBuffer> {
    await this.buffer.mapAsync(GPUMapMode.READ).catch((cause: unknown) => {
      throw new EnvironmentError('The GPU device was lost while it was computing.', 'device_lost', { cause });
    });
    const bytes = this.buffer.getMappedRange().slice(0);
    this.buffer.unmap();
    return bytes;
  }
}
