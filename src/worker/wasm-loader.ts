import type { ModelSettings } from '../engine/engine.ts';
import { inspectForWasm, loadWasmEngine, WASM_CAPABILITIES } from '../engine/wasm/wasm-engine.ts';
import { EnvironmentError } from '../errors.ts';
import type { ByteSource } from '../gguf/byte-source.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import type { DeviceEstimate, EngineLoader, LoadableModel } from './engine-loader.ts';

/** GGUF files on the processor, by llama.cpp. */
export class WasmLoader implements EngineLoader {
  readonly #onLost: () => void;

  /** @param onLost called when a model is gone with its module */
  constructor(onLost: () => void) {
    this.#onLost = onLost;
  }

  async inspect(source: ByteSource, signal: AbortSignal, settings: ModelSettings): Promise<LoadableModel> {
    const model = inspectForWasm(await readGguf(source, signal), source.size, settings);
    return {
      contextLength: model.contextLength,
      capabilities: WASM_CAPABILITIES,
      load: options => loadWasmEngine(options.source, model, { ...options, onLost: this.#onLost }),
    };
  }

  async estimate(source: ByteSource, signal: AbortSignal, settings: ModelSettings): Promise<DeviceEstimate> {
    const { contextLength } = inspectForWasm(await readGguf(source, signal), source.size, settings);
    return { contextLength, gpuBytes: 0 };
  }
}

/** Models run on the GPU, and on the processor where the browser offers no GPU. */
export function orOnProcessor(onGpu: EngineLoader, onProcessor: EngineLoader): EngineLoader {
  const eitherOn = async <Result>(work: (loader: EngineLoader) => Promise<Result>): Promise<Result> => {
    try {
      return await work(onGpu);
    } catch (error) {
      if (!(error instanceof EnvironmentError) || error.code !== 'webgpu_unavailable') throw error;
      return work(onProcessor);
    }
  };
  return {
    inspect: (...args) => eitherOn(loader => loader.inspect(...args)),
    estimate: (...args) => eitherOn(loader => loader.estimate(...args)),
  };
}
