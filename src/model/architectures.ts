import { ModelError } from '../errors.ts';
import type { Gguf } from '../gguf/gguf.ts';
import type { Graph } from './graph.ts';
import { type HyperParameters, readHyperParameters } from './hyper-parameters.ts';
import { llamaForward, llamaWeights } from './llama.ts';
import { type Matrix, TensorDirectory, type Vector } from './tensors.ts';

/** A model as its file describes it: what to upload and what to compute. Nothing of it is on a GPU yet. */
export interface ModelPlan {
  readonly hyperParameters: HyperParameters;
  readonly tensors: TensorDirectory;
  readonly ropeFactors: Vector | undefined;
  readonly outputNorm: Vector;
  readonly output: Matrix;
  /** Lists the calls from token ids to the residual stream behind the last layer. */
  forward(graph: Graph): void;
}

/** What this runtime computes, by `general.architecture`. */
const architectures: Readonly<Record<string, (tensors: TensorDirectory, p: HyperParameters) => Architecture>> = {
  llama: (tensors, p) => {
    const weights = llamaWeights(tensors, p);
    return { ...weights, forward: graph => llamaForward(graph, weights) };
  },
};

type Architecture = Pick<ModelPlan, 'ropeFactors' | 'outputNorm' | 'output' | 'forward'>;

/**
 * Reads a model's plan from its header, and refuses what cannot work.
 *
 * @throws ModelError `unsupported_architecture`, `unsupported_tensor_type`, `invalid_gguf`
 */
export function planModel(gguf: Gguf): ModelPlan {
  const name = gguf.metadata.string('general.architecture');
  const architecture = Object.hasOwn(architectures, name) ? architectures[name] : undefined;
  if (!architecture) {
    const supported = Object.keys(architectures).join(', ');
    throw new ModelError(`The model's architecture is ${name}; supported: ${supported}.`, 'unsupported_architecture');
  }
  const hyperParameters = readHyperParameters(gguf.metadata, name);
  const tensors = new TensorDirectory(gguf);
  const parts = architecture(tensors, hyperParameters);
  tensors.refuseOthers();
  return { hyperParameters, tensors, ...parts };
}
