/** How far the loading of a model has come. */
export interface LoadProgress {
  /** `download`: from the network into storage. `upload`: from storage to the GPU. `compile`: the kernels. */
  readonly stage: 'download' | 'upload' | 'compile';
  /** Bytes done and in all in this stage; both 0 where a stage has none to count. */
  readonly bytes: number;
  readonly totalBytes: number;
  /** Of the whole load, 0 to 1; never falls. */
  readonly fraction: number;
  /** Bytes a second, over the last second or so; 0 while unknown. */
  readonly bytesPerSecond: number;
}

export type OnProgress = (progress: LoadProgress) => void;
