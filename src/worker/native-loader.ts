import { inspectModel } from '../engine/native/inspect-model.ts';
import { loadNativeEngine } from '../engine/native/native-engine.ts';
import type { ByteSource } from '../gguf/byte-source.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import { type Gpu, openGpu } from '../gpu/gpu.ts';
import type { EngineLoader, LoadableModel } from './engine-loader.ts';

/** GGUF files on our own engine, all on one GPU device that is opened when it is first needed. */
export class NativeLoader implements EngineLoader {
  readonly #onLost: () => void;
  #opening: Promise<Gpu> | undefined;

  /** @param onLost called when the device is lost, and every engine on it with it. */
  constructor(onLost: () => void) {
    this.#onLost = onLost;
  }

  async inspect(source: ByteSource, signal: AbortSignal): Promise<LoadableModel> {
    const gpu = await this.#gpu();
    const model = inspectModel(await readGguf(source, signal), gpu.limits);
    return {
      contextLength: model.contextLength,
      load: options => loadNativeEngine(gpu, options.source, model, options),
    };
  }

  #gpu(): Promise<Gpu> {
    this.#opening ??= openGpu().then(
      gpu => {
        void gpu.lost.then(() => this.#forget());
        return gpu;
      },
      (error: unknown) => {
        this.#opening = undefined;
        throw error;
      },
    );
    return this.#opening;
  }

  #forget(): void {
    this.#opening = undefined;
    this.#onLost();
  }
}
