import type { ModelSettings } from '../engine/engine.ts';
import { EnvironmentError, ModelError } from '../errors.ts';
import type { ByteSource } from '../gguf/byte-source.ts';
import type { DeviceEstimate, EngineLoader, LoadableModel } from './engine-loader.ts';

/** What is in the way of computing on a GPU: there is none, or what it computes is wrong. */
const UNUSABLE: readonly string[] = ['webgpu_unavailable', 'gpu_unreliable'];

/** Models run on the GPU, and on the processor where the browser offers no GPU, or one that computes wrong numbers. */
export class EitherLoader implements EngineLoader {
  readonly #onGpu: EngineLoader;
  readonly #onProcessor: EngineLoader;
  #hasWarned = false;

  constructor(onGpu: EngineLoader, onProcessor: EngineLoader) {
    this.#onGpu = onGpu;
    this.#onProcessor = onProcessor;
  }

  inspect(source: ByteSource, signal: AbortSignal, settings: ModelSettings): Promise<LoadableModel> {
    const inspectOn = (loader: EngineLoader) => loader.inspect(source, signal, settings);
    return this.#orOnProcessor(
      async () => {
        const model = await inspectOn(this.#onGpu);
        // That a GPU computes wrong numbers shows when the model's kernels are tried.
        const load: LoadableModel['load'] = options =>
          this.#orOnProcessor(
            () => model.load(options),
            async () => (await this.#onProcessor.inspect(options.source, options.signal, settings)).load(options),
          );
        return { ...model, load };
      },
      () => inspectOn(this.#onProcessor),
    );
  }

  estimate(source: ByteSource, signal: AbortSignal, settings: ModelSettings): Promise<DeviceEstimate> {
    const estimateOn = (loader: EngineLoader) => loader.estimate(source, signal, settings);
    return this.#orOnProcessor(
      () => estimateOn(this.#onGpu),
      () => estimateOn(this.#onProcessor),
    );
  }

  async #orOnProcessor<Result>(onGpu: () => Promise<Result>, onProcessor: () => Promise<Result>): Promise<Result> {
    try {
      return await onGpu();
    } catch (error) {
      if (!(error instanceof EnvironmentError) || !UNUSABLE.includes(error.code)) throw error;
      const result = await onProcessor().catch((refusal: unknown) => {
        throw onNeither(error, refusal);
      });
      this.#warn(error);
      return result;
    }
  }

  /** Once: a page whose models have become slow has one reason for it. */
  #warn({ message }: EnvironmentError): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    console.warn(`${message} Models run on the processor instead, slowly.`);
  }
}

/** A model that a GPU might run, but the processor cannot, lacks the GPU; what is wrong with itself is told as it is. */
function onNeither(noGpu: EnvironmentError, refusal: unknown): unknown {
  const isTooLarge = refusal instanceof ModelError && refusal.code === 'model_too_large';
  if (!isTooLarge && !(refusal instanceof EnvironmentError)) return refusal;
  const message = `${noGpu.message} Nor does it run on the processor: ${refusal.message}`;
  return new EnvironmentError(message, noGpu.code, { cause: refusal });
}
