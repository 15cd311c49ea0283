import type { Gpu } from '../../gpu/gpu.ts';
import type { Model } from '../../model/model.ts';
import type { ModelInfo } from '../engine.ts';
import { describeModel, hash, type LoadedModel } from '../logits/model-info.ts';
import type { NativeModel } from './inspect-model.ts';

/** What there is to know of a model that has been loaded onto a GPU. */
export function describeNative({ id, toolFormat, native, gpu, model }: LoadedNative): ModelInfo {
  const { gguf, tokenizer, cacheType } = native;
  const { metadata } = gguf;
  const { contextLength, kernels } = model;
  const { variant, replaced } = kernels;
  const capabilities = capabilitiesOf(native);
  const known = { id, toolFormat, engine: 'native', contextLength, cacheType, capabilities } as const;
  return {
    ...describeModel({ ...known, metadata, tokenizer, fingerprint: fingerprint(variant, `${id} ${gpu.name}`) }),
    gpuBytes: model.gpuBytes,
    ...(replaced.length > 0 && { replacedKernels: replaced }),
  };
}

interface LoadedNative extends Pick<LoadedModel, 'id' | 'toolFormat'> {
  readonly native: NativeModel;
  readonly gpu: Gpu;
  readonly model: Pick<Model, 'contextLength' | 'kernels' | 'gpuBytes'>;
}

/** Every model can embed. One that was made for it does nothing else, though it be a decoder. */
export function capabilitiesOf({ plan }: Pick<NativeModel, 'plan'>): ModelInfo['capabilities'] {
  const generates = plan.output !== undefined && plan.pooling === undefined;
  return { chat: generates, completion: generates, embedding: true };
}

/** Which kernels compute the answers decides their last bits, and with them, now and then, a token. */
function fingerprint({ f16, subgroupSize }: Model['kernels']['variant'], modelAndGpu: string): string {
  const kernels = [f16 ? 'f16' : 'f32', ...(subgroupSize ? [`subgroups${subgroupSize}`] : [])].join('-');
  return `ingle-native-${kernels}-${hash(modelAndGpu)}`;
}
