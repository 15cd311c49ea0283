/** WebGPU in Node, for tests and scripts: Dawn, on the Vulkan that the process's environment names. */
import { create, globals } from 'webgpu';
import { findAdapters } from '../../scripts/adapters.mjs';

let gpu: GPU | undefined;

/**
 * What `navigator.gpu` is in a browser; WebGPU's constants (`GPUBufferUsage` …) become global with it.
 *
 * The vitest projects `gpu:swiftshader` and `gpu:lavapipe` choose the adapter through VK_ICD_FILENAMES. Where nothing
 * is chosen this takes the first software adapter that works, so that results do not depend on the machine;
 * INGLE_ADAPTER=system leaves the choice to Vulkan instead (a real GPU).
 */
export function openTestGpu(): GPU {
  if (gpu === undefined) {
    if (process.platform === 'linux') chooseAdapter();
    Object.assign(globalThis, globals);
    gpu = create(process.platform === 'linux' ? ['backend=vulkan'] : []);
  }
  return gpu;
}

function chooseAdapter(): void {
  // The Vulkan loader complains where this is missing, as it is in most containers.
  process.env.XDG_RUNTIME_DIR ??= '/tmp';
  if (process.env.VK_ICD_FILENAMES !== undefined || process.env.INGLE_ADAPTER === 'system') return;
  const adapters = findAdapters();
  const usable = adapters.find(({ name, problem }) => problem === undefined && matches(name));
  if (usable === undefined) throw new Error(adapters.map(({ name, problem }) => `${name}: ${problem}`).join('\n'));
  Object.assign(process.env, usable.env);
}

/** INGLE_ADAPTER=lavapipe asks for that one; any will do when it is unset. */
function matches(name: string): boolean {
  return process.env.INGLE_ADAPTER === undefined || process.env.INGLE_ADAPTER === name;
}
