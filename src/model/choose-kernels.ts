import { EnvironmentError } from '../errors.ts';
import type { Call } from '../gpu/kernel.ts';
import type { Compiled, SelfTest } from '../gpu/self-test.ts';
import { narrowing, type Variant } from '../kernels/shared/compose.ts';
import { split, splitConstants } from '../kernels/weights/formats.ts';
import type { ModelPlan } from './architectures.ts';
import { Graph } from './graph.ts';
import type { GraphContext, Step } from './graph-context.ts';
import type { PoolingName } from './pooling.ts';

/** Where the file is silent. */
const DEFAULT_POOLING: PoolingName = 'mean';

/** The calls of a step's parts: one of the bodies, then the head where logits are wanted, or the pool where an embedding is. */
export interface StepCalls {
  /** Not in encoders: few of their texts are so short that compiling a second body would pay. */
  readonly vector: Call<Step>[] | undefined;
  readonly tile: Call<Step>[];
  /** Not in encoders. */
  readonly head: Call<Step>[] | undefined;
  readonly pool: Call<Step>[];
}

/** What a model computes with, and why it is not with something faster. */
export interface ChosenKernels {
  readonly calls: StepCalls;
  readonly variant: Variant;
  /** What this GPU computes wrongly, for which slower kernels stand in. */
  readonly replaced: readonly string[];
}

/**
 * The fastest kernels, from those of the context's variant down to the portable ones, that this GPU computes rightly.
 *
 * @param selfTest tries them first; the fastest are taken as they are where it is undefined
 * @throws EnvironmentError `gpu_unreliable` where even the portable ones are wrong
 */
export async function chooseKernels(
  plan: ModelPlan,
  context: GraphContext,
  selfTest: SelfTest | undefined,
): Promise<ChosenKernels> {
  const replaced: string[] = [];
  for (const variant of narrowing(context.variant)) {
    const calls = listCalls(plan, { ...context, variant });
    const { vector = [], tile, head = [], pool } = calls;
    const wrong = (await selfTest?.failures([...splits(plan), ...vector, ...tile, ...head, ...pool])) ?? [];
    if (wrong.length === 0) return { calls, variant, replaced: [...new Set(replaced)] };
    replaced.push(...wrong);
  }
  throw new EnvironmentError(
    `This GPU, or its driver, computes wrong numbers: ${[...new Set(replaced)].join('; ')}.`,
    'gpu_unreliable',
  );
}

function listCalls(plan: ModelPlan, context: GraphContext): StepCalls {
  const list = (kind: 'vector' | 'tile', fill: (graph: Graph) => void) => {
    const graph = new Graph(context, kind);
    fill(graph);
    return graph.calls;
  };
  return {
    vector: plan.output && list('vector', plan.forward),
    tile: list('tile', plan.forward),
    head: plan.output && list('vector', graph => graph.head(plan.outputNorm, plan.output, plan.logits)),
    pool: list('vector', graph => graph.pool(plan.pooling ?? DEFAULT_POOLING, plan.output && plan.outputNorm)),
  };
}

/** The kernels that took the model's blocks apart. */
function splits({ tensors }: ModelPlan): Compiled[] {
  const parted = new Set(tensors.matrices.map(({ format }) => format).filter(({ streams }) => streams.length > 1));
  return [...parted].flatMap(format =>
    format.streams.map(stream => ({ kernel: split, constants: splitConstants(format, stream) })),
  );
}
