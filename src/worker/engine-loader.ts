import type { Engine, ModelInfo, ModelSettings } from '../engine/engine.ts';
import type { ByteSource } from '../gguf/byte-source.ts';

/** Makes engines of model files: what stands between keeping models and a kind of engine with its device. */
export interface EngineLoader {
  /**
   * Reads a file's header and refuses what cannot run here, or not with these settings, before anything large is read.
   *
   * @throws ModelError, EnvironmentError; RequestError for settings that make no sense
   */
  inspect(source: ByteSource, signal: AbortSignal, settings: ModelSettings): Promise<LoadableModel>;
  /**
   * Tells from a file's header what loading it would take.
   *
   * @throws as {@link inspect}, but not where a model is only too large
   */
  estimate(source: ByteSource, signal: AbortSignal, settings: ModelSettings): Promise<DeviceEstimate>;
}

/** What a load would take of this device. Plain data. */
export interface DeviceEstimate {
  /** Tokens that prompt and answer could fill together. */
  readonly contextLength: number;
  /** Bytes on the GPU, for weights, context and what is computed on the way; 0 where the processor does it. */
  readonly gpuBytes: number;
  /** Which limit of this device is in the way; absent where none is. */
  readonly problem?: string;
  /**
   * Tokens of an answer a second, as this device's memory and dispatches allow; less where arithmetic takes longer than
   * memory, as on a GPU that is the processor. Absent where it is not known.
   */
  readonly tokensPerSecond?: number;
}

/** A model that was found fit to run. */
export interface LoadableModel {
  /** Tokens that prompt and answer may fill together, as the file tells. */
  readonly contextLength: number | undefined;
  readonly capabilities: ModelInfo['capabilities'];
  /** Nothing stays on the device when this throws. */
  load(options: LoadOptions): Promise<Engine>;
}

export interface LoadOptions {
  /** The name that requests use. */
  readonly id: string;
  /** See {@link ModelInfo.toolFormat}. */
  readonly toolFormat?: string | undefined;
  /** The same bytes that were inspected, wherever they are by now. */
  readonly source: ByteSource;
  readonly signal: AbortSignal;
  onUpload(bytes: number, total: number): void;
  onCompile(): void;
}
