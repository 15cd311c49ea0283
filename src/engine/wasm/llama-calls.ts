export interface LlamaStart {
  /** The address of the module's script. */
  readonly script: string;
  readonly wasm: string;
  readonly threads: number;
}

/** What the worker of `llama-worker.ts` can be asked. */
export interface LlamaCalls {
  start(options: LlamaStart): Promise<void>;
  /** Makes room for the model's file. */
  allocate(size: number): void;
  /** Puts a piece of the file to its place. */
  write(piece: Uint8Array, offset: number): void;
  /** Has the module act on a message; gives its answer. */
  act(name: string, message: Uint8Array): Uint8Array<ArrayBuffer>;
  /** Addresses of floats that lie as far from the first of them as `differences` says, at these indices. */
  find(indices: readonly number[], differences: readonly number[]): number[];
  floats(address: number, count: number): Float32Array;
}
