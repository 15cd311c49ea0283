import { Readback } from './readback.ts';

/** Buffers with one lifetime: made one by one, freed together. */
export class Buffers {
  readonly #device: Pick<GPUDevice, 'createBuffer'>;
  readonly #all: GPUBuffer[] = [];

  constructor(device: Pick<GPUDevice, 'createBuffer'>) {
    this.#device = device;
  }

  /** Bytes of all of them. */
  get bytes(): number {
    return this.#all.reduce((sum, { size }) => sum + size, 0);
  }

  /** A zero-filled buffer that kernels read and write. Sizes are rounded up to whole words. */
  storage(label: string, bytes: number): GPUBuffer {
    return this.#make(label, bytes, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC);
  }

  /** A small buffer that is the same for all invocations; kernels may also read it as storage. */
  uniform(label: string, bytes: number): GPUBuffer {
    return this.#make(label, bytes, GPUBufferUsage.UNIFORM | GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST);
  }

  readback(label: string, bytes: number): Readback {
    return new Readback(this.#make(label, bytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST));
  }

  #make(label: string, bytes: number, usage: GPUBufferUsageFlags): GPUBuffer {
    const buffer = this.#device.createBuffer({ label, size: Math.ceil(bytes / 4) * 4, usage });
    this.#all.push(buffer);
    return buffer;
  }

  free(): void {
    for (const buffer of this.#all.splice(0)) buffer.destroy();
  }
}
