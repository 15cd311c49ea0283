/**
 * A compute kernel as plain data: what to compile, and what it reads and writes. It knows no device, so that a kernel
 * can be listed, counted and tested like any other value.
 */
export interface Kernel {
  readonly name: string;
  /** WGSL with an entry point `main`. */
  readonly code: string;
  /** The bindings of each bind group, in order. */
  readonly groups: readonly (readonly BindingKind[])[];
  /**
   * Something small to try it on, for given values of its `override` constants; see {@link SelfTest}. A kernel that a model
   * needs must have one.
   */
  readonly trial?: (constants: Constants) => Trial;
}

/** Values of `override` constants, by name. */
export type Constants = Readonly<Record<string, number>>;

/** Small inputs of a kernel, and what the CPU makes of them. */
export interface Trial {
  /** What each group's bindings hold, or their size in f32 elements. */
  readonly buffers: readonly (readonly Contents[])[];
  readonly grid: Grid;
  readonly results: readonly TrialResult[];
}

export type Contents = Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Uint8Array<ArrayBuffer> | number;

/** What a binding of group 0 must hold afterwards. */
export interface TrialResult {
  readonly binding: number;
  readonly expected: Float32Array;
  /** Of |difference| ÷ max(1, |expected|). */
  readonly tolerance: number;
  /** The numbers that the buffer's bytes are; f32 where absent. */
  readonly read?: (bytes: ArrayBuffer) => Float32Array;
}

export type BindingKind = 'uniform' | 'read' | 'write';

/** Workgroups in x, y and z; `undefined` leaves the dispatch out of this step. */
export type Grid = readonly [number, number, number] | undefined;

/** One dispatch of a kernel on given buffers; its grid follows the step (how many tokens, at which position). */
export interface Call<Step> {
  readonly kernel: Kernel;
  /** Values of the kernel's `override` constants. */
  readonly constants: Constants;
  /** Buffers for each of the kernel's bindings. */
  readonly buffers: readonly (readonly GPUBufferBinding[])[];
  readonly grid: (step: Step) => Grid;
}

/** WebGPU's guaranteed limit of workgroups a dimension. */
export const MAX_WORKGROUPS = 65_535;

/**
 * A count of workgroups as x and z, where it may be larger than one dimension holds. The kernel's index is
 * `workgroup_id.z * num_workgroups.x + workgroup_id.x`, and may run past the count by less than z.
 */
export function foldGrid(count: number, y: number): Grid {
  const z = Math.ceil(count / MAX_WORKGROUPS);
  return [Math.ceil(count / z), y, z];
}
