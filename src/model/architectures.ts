import { ModelError } from '../errors.ts';
import type { Gguf } from '../gguf/gguf.ts';
import { bert } from './architectures/bert.ts';
import { gemma2 } from './architectures/gemma2.ts';
import { gemma3 } from './architectures/gemma3.ts';
import { gptOss } from './architectures/gpt-oss.ts';
import { granite } from './architectures/granite.ts';
import { lfm2 } from './architectures/lfm2.ts';
import { llama } from './architectures/llama.ts';
import { nomicBert } from './architectures/nomic-bert.ts';
import { olmo2 } from './architectures/olmo2.ts';
import { phi3 } from './architectures/phi3.ts';
import { qwen2 } from './architectures/qwen2.ts';
import { qwen3 } from './architectures/qwen3.ts';
import { qwen3moe } from './architectures/qwen3moe.ts';
import { qwen35 } from './architectures/qwen35.ts';
import { smollm3 } from './architectures/smollm3.ts';
import type { Architecture, Decoder, Encoder } from './decoder.ts';
import { type HyperParameters, readHyperParameters } from './hyper-parameters.ts';
import { ArchitectureKeys } from './keys.ts';
import { type PoolingName, readPooling } from './pooling.ts';
import { TensorDirectory } from './tensors.ts';

/** A model as its file describes it: what to upload and what to compute. Nothing of it is on a GPU yet. */
export type ModelPlan = (Decoder | Encoder) & {
  readonly hyperParameters: HyperParameters;
  readonly tensors: TensorDirectory;
  /** Of models that were made to embed. */
  readonly pooling: PoolingName | undefined;
};

/** What this runtime computes, by `general.architecture`. */
const architectures: Readonly<Record<string, Architecture>> = {
  llama,
  qwen2,
  qwen3,
  smollm3,
  granite,
  olmo2,
  gemma2,
  gemma3,
  phi3,
  lfm2,
  qwen3moe,
  qwen35,
  'gpt-oss': gptOss,
  bert,
  'nomic-bert': nomicBert,
};

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
  const keys = new ArchitectureKeys(gguf.metadata, name);
  const hyperParameters = readHyperParameters(gguf.metadata, keys);
  const tensors = new TensorDirectory(gguf);
  const parts = architecture(tensors, hyperParameters, keys);
  const { layers, guessingBlocks } = hyperParameters;
  for (let i = layers; i < layers + guessingBlocks; i++) tensors.leaveOut(`blk.${i}.`);
  tensors.refuseOthers();
  if (parts.output && keys.optionalBoolean('attention.causal') === false) {
    throw new ModelError(`A ${name} whose tokens see those behind them is not supported.`, 'unsupported_architecture');
  }
  return { hyperParameters, tensors, pooling: readPooling(keys), ...parts };
}
