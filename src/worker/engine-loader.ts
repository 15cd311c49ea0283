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
