import type { ModelSettings } from '../engine/engine.ts';
import { deviceProblem, requiredFeatures } from '../engine/mlc/mlc-device.ts';
import { contextOf, MLC, type MlcFiles, withContext } from '../engine/mlc/mlc-files.ts';
import type { MlcRecord } from '../engine/mlc/mlc-record.ts';
import type { ModelCard } from './model-card.ts';
import type { ModelEstimate } from './model-estimate.ts';

/** What is kept of a model whose weights web-llm has stored. */
export interface KeptMlc {
  readonly record: MlcRecord;
  readonly files: MlcFiles;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
}

/** What is known of a model before it is loaded. */
export interface KnownMlc {
  readonly record: MlcRecord;
  readonly kept: KeptMlc | undefined;
}

export function mlcCard(record: MlcRecord, storedAt: number | undefined): ModelCard {
  const { model, model_id, overrides, vram_required_MB: megabytes, low_resource_required: lowResource } = record;
  const features = requiredFeatures(record);
  const [, account] = /^https:\/\/huggingface\.co\/([^/]+)\//.exec(model) ?? [];
  const contextLength = contextOf(overrides ?? {});
  return {
    id: MLC + model_id,
    ownedBy: account ?? new URL(model).host,
    created: Math.floor((storedAt ?? 0) / 1000),
    loaded: false,
    stored: storedAt !== undefined,
    ...(contextLength !== undefined && { contextLength }),
    ...(megabytes !== undefined && { vramBytes: Math.round(megabytes * 1e6) }),
    ...(features.length > 0 && { requiredFeatures: features }),
    ...(lowResource !== undefined && { lowResource }),
  };
}

/**
 * What the record and the files of a stored model tell, without the network: neither the size of the files nor a speed.
 *
 * @throws RequestError as {@link withContext} does, where the model is stored
 */
export function mlcEstimate(
  { record, kept }: KnownMlc,
  adapter: Pick<GPUAdapter, 'features' | 'limits'>,
  asked: ModelSettings,
  preferred: ModelSettings,
): ModelEstimate {
  const card = mlcCard(record, kept?.storedAt);
  const { id, contextLength: ownContext, vramBytes, requiredFeatures: features, lowResource } = card;
  const contextLength = kept
    ? contextOf({ ...kept.files.chatConfig, ...withContext(record, kept.files, asked, preferred).overrides })
    : (asked.contextLength ?? preferred.contextLength ?? ownContext);
  const problem = deviceProblem(record, adapter)?.message;
  return {
    id,
    fits: problem === undefined,
    ...(problem !== undefined && { problem }),
    ...(kept && { downloadBytes: 0 }),
    ...(contextLength !== undefined && { contextLength }),
    // The catalogue's figure is for its context; another takes another cache.
    ...(vramBytes !== undefined && contextLength === ownContext && { gpuBytes: vramBytes }),
    ...(features && { requiredFeatures: features }),
    ...(lowResource !== undefined && { lowResource }),
  };
}
