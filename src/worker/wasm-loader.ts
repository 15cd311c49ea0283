import { inspectForWasm, loadWasmEngine, WASM_CAPABILITIES } from '../engine/wasm/wasm-engine.ts';
import { EnvironmentError } from '../errors.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import type { EngineLoader } from './engine-loader.ts';

/** GGUF files on the processor, by llama.cpp. */
const wasmLoader: EngineLoader = {
  async inspect(source, signal) {
    const model = inspectForWasm(await readGguf(source, signal), source.size);
    return {
      contextLength: model.contextLength,
      capabilities: WASM_CAPABILITIES,
      load: options => loadWasmEngine(options.source, model, options),
    };
  },
  async estimate(source, signal) {
    const { contextLength } = inspectForWasm(await readGguf(source, signal), source.size);
    return { contextLength, gpuBytes: 0 };
  },
};

/** Models run on the GPU, and on the processor where the browser offers no GPU. */
export function orOnProcessor(onGpu: EngineLoader): EngineLoader {
  const eitherOn = async <Result>(work: (loader: EngineLoader) => Promise<Result>): Promise<Result> => {
    try {
      return await work(onGpu);
    } catch (error) {
      if (!(error instanceof EnvironmentError) || error.code !== 'webgpu_unavailable') throw error;
      return work(wasmLoader);
    }
  };
  return {
    inspect: (...args) => eitherOn(loader => loader.inspect(...args)),
    estimate: (...args) => eitherOn(loader => loader.estimate(...args)),
  };
}
