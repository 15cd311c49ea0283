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
  /** Whether devices with little memory, such as phones, run it; told of MLC models. */
  readonly lowResource?: boolean;
  /** What runs it, see {@link ModelInfo.engine}; absent while it is not loaded. */
  readonly engine?: string;
}

export interface KnownOfModel {
  /** What the loaded engine says. */
  readonly info: ModelInfo | undefined;
  readonly stored: StoredModel | undefined;
  readonly known: CatalogueEntry | undefined;
}

export function modelCard(id: string, { info, stored, known }: KnownOfModel): ModelCard {
  const contextLength = info?.contextLength ?? stored?.details.contextLength ?? known?.contextLength;
  const capabilities = info?.capabilities ?? readCapabilities(stored?.details.capabilities);
  const bytes = stored?.size ?? known?.bytes;
  return {
    id,
    ownedBy: ownerOf(known?.file ?? id),
    created: Math.floor((stored?.storedAt ?? 0) / 1000),
    loaded: info !== undefined,
    stored: stored !== undefined,
    ...(info && { engine: info.engine }),
    ...(typeof contextLength === 'number' && { contextLength }),
    ...(capabilities && { capabilities }),
    ...(bytes !== undefined && { bytes }),
    ...(known && { licence: known.licence, description: known.description }),
    ...(known?.abilities && { abilities: known.abilities }),
  };
}

/** Capabilities as a stored model's details hold them: by their names. */
export function writeCapabilities(capabilities: ModelInfo['capabilities']): string {
  return Object.entries(capabilities)
    .flatMap(([name, has]) => (has ? [name] : []))
    .join(' ');
}

function readCapabilities(written: string | number | undefined): ModelInfo['capabilities'] | undefined {
  if (typeof written !== 'string') return undefined;
  const names = written.split(' ');
  const has = (name: keyof ModelInfo['capabilities']) => names.includes(name);
  return { chat: has('chat'), completion: has('completion'), embedding: has('embedding') };
}

/** The hub's account, or the server, that a model comes from. */
function ownerOf(file: string): string {
  const [, account] = /^hf:([^/]+)/.exec(file) ?? [];
  if (account !== undefined) return account;
  const host = URL.canParse(file) ? new URL(file).host : ''; // `mlc:NAME` has none
  return host || 'local';
}
