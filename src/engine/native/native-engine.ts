import { EnvironmentError } from '../../errors.ts';
import type { ByteSource } from '../../gguf/byte-source.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import type { SelfTest } from '../../gpu/self-test.ts';
import { loadModel, type Model } from '../../model/model.ts';
import type { UploadOptions } from '../../model/upload.ts';
import type { Engine } from '../engine.ts';
import { LogitsEngine } from '../logits/logits-engine.ts';
import { describeNative } from './describe-native.ts';
import type { NativeModel } from './inspect-model.ts';

export interface NativeOptions extends UploadOptions {
  /** The name that requests will use. */
  readonly id: string;
  readonly toolFormat?: string | undefined;
  readonly onCompile?: () => void;
  readonly selfTest?: SelfTest;
}

/**
 * Brings a model to the GPU.
 *
 * @throws EnvironmentError `out_of_memory`, `device_lost`, `gpu_unreliable`, and what the source throws; nothing stays on the GPU then
 */
export async function loadNativeEngine(
  gpu: Gpu,
  source: ByteSource,
  native: NativeModel,
  options: NativeOptions,
): Promise<Engine> {
  const model = await loadWhatFits(gpu, source, native, options);
  return new LogitsEngine(model, native.tokenizer, describeNative({ ...options, native, gpu, model }));
}

/** A browser does not tell how much memory a GPU has free: where a context that nobody asked for is too much, half may do. */
async function loadWhatFits(
  gpu: Gpu,
  source: ByteSource,
  { plan, contextLength, leastContext, cacheType }: NativeModel,
  options: NativeOptions,
): Promise<Model> {
  for (let length = contextLength; ; length = Math.max(Math.floor(length / 2), leastContext)) {
    try {
      return await loadModel(gpu, source, plan, { ...options, contextLength: length, cacheType });
    } catch (error) {
      const isShort = error instanceof EnvironmentError && error.code === 'out_of_memory';
      if (!isShort || length <= leastContext) throw error;
    }
  }
}
