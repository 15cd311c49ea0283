import type { Model } from 'openai/resources/models';
import type { ModelEntry, ModelInfo } from '../engine/engine.ts';
import { ModelError } from '../errors.ts';

/** OpenAI's model object, and what is worth knowing of a model on one's own machine. */
export interface ModelObject extends Model {
  /** Ready to answer without loading. */
  readonly loaded: boolean;
  /** Tokens that prompt and answer may fill together; null when unknown. */
  readonly context_length: number | null;
  /** What it can be asked for; null when unknown. */
  readonly capabilities: Capabilities | null;
  /** Bytes of the model's file; null when unknown. */
  readonly size: number | null;
}

type Capabilities = ModelInfo['capabilities'] & {
  readonly tools: boolean;
  readonly structured_outputs: boolean;
  readonly vision: boolean;
};

export function listModels(models: readonly ModelEntry[]): Response {
  const data = models.map(toModelObject);
  return Response.json({ object: 'list', data });
}

/** Answers `GET /v1/models/{id}`. Ids hold slashes and colons, which clients percent-encode or not. */
export function findModel(models: readonly ModelEntry[], request: Request): Response {
  const written = new URL(request.url).pathname.slice('/v1/models/'.length);
  const decoded = decode(written);
  const entry = models.find(({ id }) => id === decoded || id === written);
  if (!entry) throw new ModelError(`The model '${decoded}' does not exist.`, 'model_not_found');
  return Response.json(toModelObject(entry));
}

function decode(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return written; // a lone % in a name that was not encoded
  }
}

function toModelObject({ id, ownedBy, created, loaded, contextLength, capabilities, bytes }: ModelEntry): ModelObject {
  return {
    id,
    object: 'model',
    created,
    owned_by: ownedBy,
    loaded,
    context_length: contextLength ?? null,
    capabilities: capabilities ? toCapabilities(capabilities) : null,
    size: bytes ?? null,
  };
}

/** A grammar holds any model to calls and formats; no model here sees. */
function toCapabilities(capabilities: ModelInfo['capabilities']): Capabilities {
  return { ...capabilities, tools: capabilities.chat, structured_outputs: capabilities.chat, vision: false };
}
