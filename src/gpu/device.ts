import { EnvironmentError } from '../errors.ts';

/** A WebGPU device with all that its adapter offers, and what to tell of it. */
export interface Device {
  readonly handle: GPUDevice;
  /** Vendor, architecture and description, as far as the browser tells. */
  readonly name: string;
  readonly features: DeviceFeatures;
  readonly limits: DeviceLimits;
  /** Resolves when the device is gone: a driver reset, a GPU process that crashed, or {@link GPUDevice.destroy}. */
  readonly lost: Promise<EnvironmentError>;
}

export interface DeviceFeatures {
  /** `shader-f16`: 16-bit arithmetic. Chrome on Linux with NVIDIA has none. */
  readonly f16: boolean;
  /** The most invocations that a subgroup may have here; 0 where there are no subgroups. */
  readonly subgroupSize: number;
}

/** The limits, in bytes, that decide whether a model fits. */
export interface DeviceLimits {
  readonly maxBindingBytes: number;
  readonly maxBufferBytes: number;
}

const WANTED_FEATURES: readonly GPUFeatureName[] = ['shader-f16', 'subgroups'];
const WANTED_LIMITS = ['maxStorageBufferBindingSize', 'maxBufferSize'] as const;

/**
 * Opens the most powerful adapter with its own limits and the features that the kernels can use.
 *
 * @param gpu the entry point of WebGPU; the browser's own by default, Dawn's under Node.
 * @throws EnvironmentError `webgpu_unavailable` where there is no WebGPU, no adapter, or the device is refused.
 */
export async function openDevice(gpu: GPU | undefined = globalThis.navigator?.gpu): Promise<Device> {
  if (!gpu) throw unavailable('This browser has no WebGPU. Chrome, Edge, Safari 26 and Firefox 141 or later have it.');
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw unavailable('WebGPU found no graphics adapter: hardware acceleration may be switched off.');
  const wanted = WANTED_FEATURES.filter(name => adapter.features.has(name));
  const handle = await adapter
    .requestDevice({
      requiredFeatures: wanted,
      requiredLimits: Object.fromEntries(WANTED_LIMITS.map(name => [name, adapter.limits[name]])),
    })
    .catch((cause: unknown) => {
      throw unavailable('The graphics adapter refused to open a device.', cause);
    });
  // An adapter that is gone by now opens a device all the same, which is lost from the start.
  const lost = await Promise.race([handle.lost, undefined]);
  if (lost) throw unavailable(`The graphics adapter lost its device at once: ${lost.message}`);
  const { vendor, architecture, description } = adapter.info;
  return {
    handle,
    name: [vendor, architecture, description].filter(Boolean).join(' ') || 'unknown adapter',
    features: {
      f16: handle.features.has('shader-f16'),
      subgroupSize: handle.features.has('subgroups') ? adapter.info.subgroupMaxSize : 0,
    },
    limits: {
      maxBindingBytes: handle.limits.maxStorageBufferBindingSize,
      maxBufferBytes: handle.limits.maxBufferSize,
    },
    lost: handle.lost.then(({ reason, message }) => {
      return new EnvironmentError(`The GPU device was lost (${reason}): ${message}`, 'device_lost');
    }),
  };
}

function unavailable(message: string, cause?: unknown): EnvironmentError {
  return new EnvironmentError(message, 'webgpu_unavailable', { cause });
}
