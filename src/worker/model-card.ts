import type { ModelEntry, ModelInfo } from '../engine/engine.ts';
import type { StoredModel } from '../weights/store.ts';
import type { CatalogueEntry } from './catalogue.ts';

/** What there is to tell of a model before and after it is loaded. */
export interface ModelCard extends ModelEntry {
  /** Whether it loads without the network. */
  readonly stored: boolean;
  readonly licence?: string;
  readonly description?: string;
  /** See {@link CatalogueEntry.abilities}. */
  readonly abilities?: readonly string[];
  /** Memory of the GPU that it takes, about; told of MLC models. */
  readonly vramBytes?: number;
  /** Features of WebGPU that it cannot do without; told of MLC models. */
  readonly requiredFeatures?: readonly string[];
}

export interface KnownOfModel {
  /** What the loaded engine says. */
  readonly info: ModelInfo | undefined;
  readonly stored: StoredModel | undefined;
  readonly known: CatalogueEntry | undefined;
}

export function modelCard(id: string, { info, stored, known }: KnownOfModel): ModelCard {
  const contextLength = info?.contextLength ?? stored?.details.contextLength ?? known?.contextLength;
  const bytes = stored?.size ?? known?.bytes;
  return {
    id,
    ownedBy: ownerOf(known?.file ?? id),
    created: Math.floor((stored?.storedAt ?? 0) / 1000),
    loaded: info !== undefined,
    stored: stored !== undefined,
    ...(typeof contextLength === 'number' && { contextLength }),
    ...(info && { capabilities: info.capabilities }),
    ...(bytes !== undefined && { bytes }),
    ...(known && { licence: known.licence, description: known.description }),
    ...(known?.abilities && { abilities: known.abilities }),
  };
}

/** The hub's account, or the server, that a model comes from. */
function ownerOf(file: string): string {
  const [, account] = /^hf:([^/]+)/.exec(file) ?? [];
  if (account !== undefined) return account;
  return URL.canParse(file) ? new URL(file).host : 'local';
}
