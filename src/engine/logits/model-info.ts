import type { Metadata } from '../../gguf/metadata.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import type { ModelInfo, Sampling } from '../engine.ts';

export interface LoadedModel
  extends Pick<ModelInfo, 'id' | 'engine' | 'contextLength' | 'cacheType' | 'capabilities' | 'fingerprint'> {
  readonly toolFormat?: string | undefined;
  readonly metadata: Metadata;
  readonly tokenizer: Tokenizer;
}

/** What there is to know of a model that has been loaded, wherever it runs. */
export function describeModel({ metadata, tokenizer, toolFormat, ...known }: LoadedModel): ModelInfo {
  const textOf = (token: number | undefined) => (token === undefined ? '' : tokenizer.text(token));
  return {
    ...known,
    ...(toolFormat !== undefined && { toolFormat }),
    architecture: metadata.string('general.architecture'),
    vocabularySize: tokenizer.vocabularySize,
    chatTemplate: metadata.optionalString('tokenizer.chat_template'),
    bosToken: textOf(tokenizer.bosId),
    eosToken: textOf(tokenizer.eosId),
    controlTokens: tokenizer.controlTokens,
    defaultSampling: recommendedSampling(metadata),
  };
}

/** GGUF's `general.sampling.*` keys and the values that a request could ask for as well. */
const recommendations = [
  { name: 'temperature', key: 'temp', isUsable: (value: number) => value >= 0 && value <= 2 },
  { name: 'topK', key: 'top_k', isUsable: (value: number) => value >= 0 && Number.isInteger(value) },
  { name: 'topP', key: 'top_p', isUsable: (value: number) => value >= 0 && value <= 1 },
  { name: 'minP', key: 'min_p', isUsable: (value: number) => value >= 0 && value <= 1 },
  {
    name: 'repetitionPenalty',
    key: 'penalty_repeat',
    isUsable: (value: number) => value > 0 && Number.isFinite(value),
  },
] as const;

/** What the file recommends. A value out of range is dropped: it would make every answer nonsense, or none. */
export function recommendedSampling(metadata: Metadata): Partial<Sampling> {
  const found = recommendations.flatMap(({ name, key, isUsable }) => {
    const value = metadata.optionalNumber(`general.sampling.${key}`);
    return value !== undefined && isUsable(value) ? [[name, value]] : [];
  });
  return Object.fromEntries(found);
}

/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
export function hash(text: string): string {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) state = Math.imul(state ^ byte, 0x01000193) >>> 0;
  return state.toString(16).padStart(8, '0');
}
