import { expect, test } from 'vitest';
import { deviceProblem, requiredFeatures } from './mlc-device.ts';

const record = { model: 'https://x/', model_id: 'Some', model_lib: 'https://x/some.wasm' };
const LIMITS = {
  maxBufferSize: 2 ** 30,
  maxStorageBufferBindingSize: 2 ** 30,
  maxComputeWorkgroupStorageSize: 2 ** 15,
  maxStorageBuffersPerShaderStage: 10,
};

/** Of a device with these limits, and no features. */
function problem(needs: object, limits: object = {}) {
  const device = { features: new Set<string>(), limits: { ...LIMITS, ...limits } as GPUSupportedLimits };
  return deviceProblem({ ...record, ...needs }, device);
}

test('a model that needs what every GPU has fits', () => {
  expect(problem({ buffer_size_required_bytes: 2 ** 28 })).toBeUndefined();
});

test.each([
  [{ model_id: 'Qwen3-0.6B-q4f16_1-MLC' }, ['shader-f16']],
  [{ model_lib: 'https://x/q4f16/Some-q0f16-ctx4k-webgpu.wasm' }, ['shader-f16']],
  [{ model_id: 'Qwen3-0.6B-q4f32_1-MLC', model_lib: 'https://x/q4f16/some.wasm' }, []],
  [{ model_id: 'Some-q4f16_1', required_features: ['shader-f16', 'subgroups'] }, ['shader-f16', 'subgroups']],
])('%o needs %j', (more, features) => {
  expect(requiredFeatures({ ...record, ...more })).toEqual(features);
});

test.each([
  [{ required_features: ['shader-f16'] }, {}, 'webgpu_unavailable', /mlc:Some needs shader-f16, which WebGPU/],
  [{}, { maxStorageBuffersPerShaderStage: 8 }, 'webgpu_unavailable', /StorageBuffersPerShaderStage of 10.* has 8/],
  // Below a gigabyte web-llm takes 128 MiB, whatever the device has.
  [{ buffer_size_required_bytes: 2 ** 28 }, { maxStorageBufferBindingSize: 2 ** 29 }, 'model_too_large', /268435456/],
] as const)('%o is too much for %o', (needs, limits, code, message) => {
  expect(problem(needs, limits)).toMatchObject({ code, message: expect.stringMatching(message) });
});
