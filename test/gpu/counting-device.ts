import type { Device } from '../../src/gpu/device.ts';

/** How often each method of the device, its queue, encoders and passes was called, and what became of buffers. */
export interface Counts {
  calls: Record<string, number>;
  /** By the CPU, through the queue. */
  writtenBytes: number;
  destroyedBuffers: number;
}

/** The same device, with its calls counted. Set `calls` and `writtenBytes` back to begin anew. */
export function counting(device: Device): { device: Device; counts: Counts } {
  const counts: Counts = { calls: {}, writtenBytes: 0, destroyedBuffers: 0 };
  return { device: { ...device, handle: counted(device.handle, counts) }, counts };
}

/** What these methods return is counted too. */
const INNER = new Set(['createCommandEncoder', 'beginComputePass']);

function counted<T extends object>(target: T, counts: Counts): T {
  return new Proxy(target, {
    get(_, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name === 'queue' && typeof value === 'object' && value !== null) return counted(value, counts);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const method = String(name);
        counts.calls[method] = (counts.calls[method] ?? 0) + 1;
        const written = method === 'writeBuffer' ? args[2] : undefined;
        if (ArrayBuffer.isView(written)) counts.writtenBytes += written.byteLength;
        const result: unknown = Reflect.apply(value, target, args);
        if (result instanceof GPUBuffer) countDestruction(result, counts);
        return INNER.has(method) && typeof result === 'object' && result !== null ? counted(result, counts) : result;
      };
    },
  });
}

function countDestruction(buffer: GPUBuffer, counts: Counts): void {
  const destroy = buffer.destroy.bind(buffer);
  buffer.destroy = () => {
    counts.destroyedBuffers++;
    destroy();
  };
}
