import type { Grid } from './kernel.ts';

/** A dispatch with everything made: nothing is created when it is replayed. */
export interface Dispatch<Step> {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroups: readonly GPUBindGroup[];
  readonly grid: (step: Step) => Grid;
}

/** A fixed list of dispatches that is replayed for every step. */
export class Program<Step> {
  readonly #dispatches: readonly Dispatch<Step>[];

  constructor(dispatches: readonly Dispatch<Step>[]) {
    this.#dispatches = dispatches;
  }

  record(pass: GPUComputePassEncoder, step: Step): void {
    for (const { pipeline, bindGroups, grid } of this.#dispatches) {
      const workgroups = grid(step);
      if (!workgroups) continue;
      pass.setPipeline(pipeline);
      for (const [group, bindGroup] of bindGroups.entries()) pass.setBindGroup(group, bindGroup);
      pass.dispatchWorkgroups(...workgroups);
    }
  }
}
