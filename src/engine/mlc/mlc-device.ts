import { EnvironmentError, type IngleError, ModelError } from '../../errors.ts';
import { MLC } from './mlc-files.ts';
import type { MlcRecord } from './mlc-record.ts';

/** What web-llm wants of every device, by its `detectGPUDevice`. */
const LEAST_LIMITS = {
  maxBufferSize: 2 ** 28,
  maxStorageBufferBindingSize: 2 ** 27,
  maxComputeWorkgroupStorageSize: 2 ** 15,
  maxStorageBuffersPerShaderStage: 10,
} as const;

/** As large as it makes a binding, or else the least. */
const MOST_BINDING_BYTES = 2 ** 30;

/**
 * The graphics adapter that web-llm will take.
 *
 * @throws EnvironmentError `webgpu_unavailable` where there is none
 */
export async function requireAdapter(): Promise<GPUAdapter> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter) return adapter;
  throw new EnvironmentError('This browser offers no WebGPU here, which MLC models need.', 'webgpu_unavailable');
}

/**
 * Features of WebGPU that a model cannot do without: those that its record tells, and what its quantisation means, by whose
 * name model and library go, for most records of web-llm's catalogue do not tell: `q4f16_1` computes in f16.
 *
 * https://llm.mlc.ai/docs/compilation/configure_quantization.html
 */
export function requiredFeatures({ model_id, model_lib, required_features = [] }: MlcRecord): readonly string[] {
  const computesInF16 = /(^|[-_.])q\df16/.test(model_id) || /q\df16[^/]*$/.test(model_lib);
  return [...new Set([...required_features, ...(computesInF16 ? ['shader-f16'] : [])])];
}

/** Which feature or limit of a device a model cannot do without; undefined where all are there. */
export function deviceProblem(
  record: MlcRecord,
  { features, limits }: Pick<GPUAdapter, 'features' | 'limits'>,
): IngleError | undefined {
  const { model_id, buffer_size_required_bytes: bufferBytes = 0 } = record;
  const lacks = (what: string) => {
    const message = `${MLC}${model_id} needs ${what}.`;
    return new EnvironmentError(message, 'webgpu_unavailable');
  };
  const missing = requiredFeatures(record).filter(name => !features.has(name));
  if (missing.length > 0) {
    const hint = missing.includes('shader-f16') ? '; models with q4f32 in their names do without' : '';
    return lacks(`${missing.join(', ')}, which WebGPU does not offer on this device${hint}`);
  }
  for (const [name, least] of Object.entries(LEAST_LIMITS) as [keyof typeof LEAST_LIMITS, number][]) {
    const given = limits[name];
    if (given < least) return lacks(`a ${name} of ${least}; this device has ${given}`);
  }
  const most = limits.maxStorageBufferBindingSize;
  const binding = most < MOST_BINDING_BYTES ? LEAST_LIMITS.maxStorageBufferBindingSize : MOST_BINDING_BYTES;
  if (bufferBytes <= binding) return undefined;
  const message = `${MLC}${model_id} needs a binding of ${bufferBytes} bytes; web-llm has ${binding} on this device.`;
  return new ModelError(message, 'model_too_large');
}
