import type { DeviceEstimate } from './engine-loader.ts';

/** What loading a model would take, told from its header. Plain data. */
export interface ModelEstimate extends DeviceEstimate {
  readonly id: string;
  /** Of the file. */
  readonly bytes: number;
  /** Bytes that come over the network: none where the model is stored, or is a `File`. */
  readonly downloadBytes: number;
  /** Whether this device's limits hold it; `problem` says which does not. */
  readonly fits: boolean;
}
