import { EnvironmentError } from '../errors.ts';
import type { ModelSource } from '../weights/model-source.ts';
import { requireRoom } from '../weights/quota.ts';
import type { DeviceEstimate } from './engine-loader.ts';

/**
 * What loading a model would take, told from its header, or from web-llm's catalogue. Of MLC models not all is known: what
 * is not, is absent. Plain data.
 */
export interface ModelEstimate extends Partial<DeviceEstimate> {
  readonly id: string;
  /** Of the file. */
  readonly bytes?: number;
  /** Bytes that come over the network: none where the model is stored, or is a `File`. */
  readonly downloadBytes?: number;
  /** Whether this device's limits and features, and its storage, hold it; `problem` says which does not. */
  readonly fits: boolean;
  /** See {@link ModelCard.requiredFeatures}. */
  readonly requiredFeatures?: readonly string[];
  /** See {@link ModelCard.lowResource}. */
  readonly lowResource?: boolean;
}

export interface EstimatedModel {
  readonly id: string;
  readonly source: ModelSource;
  readonly stored: boolean;
  /** A file that the visitor chose; it is copied into storage when it is loaded. */
  readonly local: boolean;
}

export async function modelEstimate(
  device: DeviceEstimate,
  { id, source, stored, local }: EstimatedModel,
): Promise<ModelEstimate> {
  const problem = device.problem ?? (stored ? undefined : await storageProblem(source));
  return {
    ...device,
    id,
    bytes: source.size,
    downloadBytes: stored || local ? 0 : source.size,
    fits: problem === undefined,
    ...(problem !== undefined && { problem }),
  };
}

/** Why storage has no room for a model; undefined where it has. */
async function storageProblem({ name, size }: ModelSource): Promise<string | undefined> {
  try {
    await requireRoom(name, size);
    return undefined;
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message;
    throw error;
  }
}
