import type { ModelSettings } from '../engine/engine.ts';
import { inspectForWasm, loadWasmEngine, WASM_CAPABILITIES } from '../engine/wasm/wasm-engine.ts';
import type { ByteSource } from '../gguf/byte-source.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import type { DeviceEstimate, EngineLoader, LoadableModel } from './engine-loader.ts';

/** GGUF files on the processor, by llama.cpp. */
export class WasmLoader implements EngineLoader {
  readonly #preferred: ModelSettings;
  readonly #onLost: () => void;

  /**
   * @param preferred settings for what a load does not say, as far as the model allows
   * @param onLost called when a model is gone with its module
   */
  constructor(preferred: ModelSettings, onLost: () => void) {
    this.#preferred = preferred;
    this.#onLost = onLost;
  }

  async inspect(source: ByteSource, signal: AbortSignal, settings: ModelSettings): Promise<LoadableModel> {
    const model = inspectForWasm(await readGguf(source, signal), source.size, settings, this.#preferred);
    return {
      contextLength: model.contextLength,
      capabilities: WASM_CAPABILITIES,
      load: options => loadWasmEngine(options.source, model, { ...options, onLost: this.#onLost }),
    };
  }

  async estimate(source: ByteSource, signal: AbortSignal, settings: ModelSettings): Promise<DeviceEstimate> {
    const gguf = await readGguf(source, signal);
    return { contextLength: inspectForWasm(gguf, source.size, settings, this.#preferred).contextLength, gpuBytes: 0 };
  }
}
