import type { Device } from '../../src/gpu/device.ts';

/** The same device with a driver that takes one WGSL for another. */
export function miscompiling(device: Device, rewrite: (code: string) => string): Device {
  const handle = new Proxy(device.handle, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name === 'createShaderModule') {
        return (descriptor: GPUShaderModuleDescriptor) =>
          target.createShaderModule({ ...descriptor, code: rewrite(descriptor.code) });
      }
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { ...device, handle };
}
