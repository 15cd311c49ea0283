import type { ModelSettings } from '../engine/engine.ts';
import { capabilitiesOf } from '../engine/native/describe-native.ts';
import { type DeviceSpeed, estimateModel, measureSpeed, tokensPerSecond } from '../engine/native/estimate-model.ts';
import { inspectModel } from '../engine/native/inspect-model.ts';
import { loadNativeEngine } from '../engine/native/native-engine.ts';
import type { ByteSource } from '../gguf/byte-source.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import { type Gpu, openGpu } from '../gpu/gpu.ts';
import { SelfTest } from '../gpu/self-test.ts';
import { DeviceFacts } from './device-facts.ts';
import type { DeviceEstimate, EngineLoader, LoadableModel } from './engine-loader.ts';
import { trialMemory } from './trial-memory.ts';

/** GGUF files on our own engine, all on one GPU device that is opened when it is first needed. */
export class NativeLoader implements EngineLoader {
  readonly #preferred: ModelSettings;
  readonly #onLost: () => void;
  readonly #facts = new DeviceFacts();
  #opening: Promise<Gpu> | undefined;
  #measuring: Promise<DeviceSpeed> | undefined;
  #hasWarned = false;

  /**
   * @param preferred settings for what a load does not say, as far as model and device allow
   * @param onLost called when the device is lost, and every engine on it with it
   */
  constructor(preferred: ModelSettings, onLost: () => void) {
    this.#preferred = preferred;
    this.#onLost = onLost;
  }

  async inspect(source: ByteSource, signal: AbortSignal, settings: ModelSettings): Promise<LoadableModel> {
    const gpu = await this.#gpu();
    const model = inspectModel(await readGguf(source, signal), gpu.limits, settings, this.#preferred);
    return {
      contextLength: model.contextLength,
      capabilities: capabilitiesOf(model),
      load: async options => {
        const selfTest = new SelfTest(gpu, trialMemory(this.#facts, gpu.name));
        const engine = await loadNativeEngine(gpu, options.source, model, { ...options, selfTest });
        this.#warn(engine.info.replacedKernels);
        return engine;
      },
    };
  }

  async estimate(source: ByteSource, signal: AbortSignal, settings: ModelSettings): Promise<DeviceEstimate> {
    const gpu = await this.#gpu();
    const { contextLength, cost, problem } = estimateModel(
      await readGguf(source, signal),
      gpu,
      settings,
      this.#preferred,
    );
    const { gpuBytes } = cost;
    if (problem !== undefined) return { contextLength, gpuBytes, problem };
    if (!cost.token) return { contextLength, gpuBytes };
    return { contextLength, gpuBytes, tokensPerSecond: tokensPerSecond(cost.token, await this.#speed(gpu)) };
  }

  /** Measured on the first visit with this GPU, and this browser, which has its driver. */
  #speed(gpu: Gpu): Promise<DeviceSpeed> {
    const key = JSON.stringify(['speed', gpu.name, navigator.userAgent]);
    this.#measuring ??= this.#facts
      .recall(key, () => measureSpeed(gpu))
      .catch((error: unknown) => {
        this.#measuring = undefined;
        throw error;
      });
    return this.#measuring;
  }

  /** Once: what is wrong with a GPU is wrong for every model. */
  #warn(replaced: readonly string[] | undefined): void {
    if (!replaced || this.#hasWarned) return;
    this.#hasWarned = true;
    console.warn(
      `This GPU, or its driver, computes some kernels wrongly; slower ones stand in: ${replaced.join('; ')}.`,
    );
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
    this.#measuring = undefined;
    this.#onLost();
  }
}
