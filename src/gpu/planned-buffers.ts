import { Buffers } from './buffers.ts';

/** Buffers that are counted and nothing else: what allocates into these tells how much it would take. */
export function plannedBuffers(): Buffers {
  return new Buffers({ createBuffer: descriptor => new PlannedBuffer(descriptor) });
}

class PlannedBuffer implements GPUBuffer {
  readonly __brand = 'GPUBuffer';
  readonly mapState = 'unmapped';
  readonly size: number;
  readonly usage: number;
  label: string;

  constructor({ label = '', size, usage }: GPUBufferDescriptor) {
    this.label = label;
    this.size = size;
    this.usage = usage;
  }

  async mapAsync(): Promise<undefined> {
    throw new TypeError(`the buffer ${this.label} is on no GPU`);
  }

  getMappedRange(): ArrayBuffer {
    throw new TypeError(`the buffer ${this.label} is on no GPU`);
  }

  unmap(): undefined {}

  destroy(): undefined {}
}
