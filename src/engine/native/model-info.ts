import type { Metadata } from '../../gguf/metadata.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import type { ModelInfo, Sampling } from '../engine.ts';
import type { NativeModel } from './inspect-model.ts';

/** What there is to know of a model that has been loaded. */
export function describeModel({ id, native, gpu }: { id: string; native: NativeModel; gpu: Gpu }): ModelInfo {
  const { metadata } = native.gguf;
  const { tokenizer, contextLength } = native;
  const textOf = (token: number | undefined) => (token === undefined ? '' : tokenizer.text(token));
  return {
    id,
    architecture: metadata.string('general.architecture'),
    contextLength,
    vocabularySize: tokenizer.vocabularySize,
    capabilities: { chat: true, completion: true, embedding: false },
    chatTemplate: metadata.optionalString('tokenizer.chat_template'),
    bosToken: textOf(tokenizer.bosId),
    eosToken: textOf(tokenizer.eosId),
    controlTokens: tokenizer.controlTokens,
    defaultSampling: recommendedSampling(metadata),
    fingerprint: fingerprint(gpu, id),
  };
}

/** GGUF's `general.sampling.*` keys, where a file has them. */
function recommendedSampling(metadata: Metadata): Partial<Sampling> {
  const keys = {
    temperature: 'temp',
    topK: 'top_k',
    topP: 'top_p',
    minP: 'min_p',
    repetitionPenalty: 'penalty_repeat',
  };
  const found = Object.entries(keys).flatMap(([name, key]) => {
    const value = metadata.optionalNumber(`general.sampling.${key}`);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(found);
}

/** Which kernels compute the answers decides their last bits, and with them, now and then, a token. */
function fingerprint({ features, name }: Gpu, id: string): string {
  const kernels = [
    features.f16 ? 'f16' : 'f32',
    ...(features.subgroupSize ? [`subgroups${features.subgroupSize}`] : []),
  ].join('-');
  return `ingle-native-${kernels}-${hash(`${id} ${name}`)}`;
}

/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(text: string): string {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) state = Math.imul(state ^ byte, 0x01000193) >>> 0;
  return state.toString(16).padStart(8, '0');
}
