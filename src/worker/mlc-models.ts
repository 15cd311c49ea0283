import { createStore, del, entries, get, set, type UseStore } from 'idb-keyval';
import type { Engine } from '../engine/engine.ts';
import { MlcEngine } from '../engine/mlc/mlc-engine.ts';
import { ofMlcLoad } from '../engine/mlc/mlc-error.ts';
import { contextOf, describeMlcModel, fetchFiles, MLC, type MlcFiles, passThrough } from '../engine/mlc/mlc-files.ts';
import type { MlcRecord } from '../engine/mlc/mlc-record.ts';
import { loadWebLlm, type WebLlm } from '../engine/mlc/web-llm.ts';
import { orAborted } from '../engine/or-aborted.ts';
import { EnvironmentError, ModelError } from '../errors.ts';
import type { OnProgress } from '../weights/progress.ts';
import type { ModelCard } from './model-card.ts';
import type { ModelFamily } from './models.ts';

export interface MlcOptions {
  /** The page's own, before those of web-llm's catalogue. */
  readonly own: readonly MlcRecord[];
  /** What their addresses are relative to. */
  readonly base?: string | undefined;
  /** Called when the device is lost. */
  readonly onLost: () => void;
  /** The database of what is known of stored models. */
  readonly storeName?: string;
}

/** What is kept of a model whose weights web-llm has stored. */
interface Kept {
  readonly record: MlcRecord;
  readonly files: MlcFiles;
  /** Milliseconds since 1970. */
  readonly storedAt: number;
}

/** web-llm's `ModelType.embedding`, which is not worth loading web-llm for. */
const EMBEDDING = 1;

/** The models that web-llm runs. It is loaded when one of them, or all of them, are asked for. */
export class MlcModels implements ModelFamily {
  readonly prefix = MLC;
  readonly #own: readonly MlcRecord[];
  readonly #onLost: () => void;
  readonly #storeName: string;
  #store: UseStore | undefined;

  constructor({ own, base, onLost, storeName = 'ingle-mlc' }: MlcOptions) {
    this.#own = own.map(record => ({
      ...record,
      model: new URL(record.model, base).href,
      model_lib: new URL(record.model_lib, base).href,
    }));
    this.#onLost = onLost;
    this.#storeName = storeName;
  }

  async stored(): Promise<ModelCard[]> {
    const kept = await this.#kept();
    return kept.map(({ record, storedAt }) => cardOf(record, storedAt));
  }

  async catalogue(): Promise<ModelCard[]> {
    const kept = new Map((await this.#kept()).map(({ record, storedAt }) => [record.model_id, storedAt]));
    const records = this.#records(await loadWebLlm());
    return records.map(record => cardOf(record, kept.get(record.model_id)));
  }

  async load(id: string, signal: AbortSignal, onProgress: OnProgress): Promise<Engine> {
    // web-llm would find out after it has fetched the library.
    if (!(await navigator.gpu?.requestAdapter())) {
      throw new EnvironmentError('This browser offers no WebGPU here, which MLC models need.', 'webgpu_unavailable');
    }
    const webLlm = await orAborted(loadWebLlm(), signal);
    const name = id.slice(MLC.length);
    const kept = await this.#get(name);
    const record = this.#records(webLlm).find(({ model_id }) => model_id === name) ?? kept?.record;
    if (!record)
      throw new ModelError(`web-llm has no model '${name}'; models.list tells those it has.`, 'model_not_found');
    const files = kept?.files ?? (await fetchFiles(record, signal));
    const engine = await bring(webLlm, record, files, signal, onProgress);
    await this.#keep({ record, files, storedAt: kept?.storedAt ?? Date.now() });
    return new MlcEngine(engine, describeMlcModel(record, files), this.#onLost);
  }

  async delete(id: string): Promise<void> {
    const name = id.slice(MLC.length);
    const kept = await this.#get(name);
    if (!kept) return;
    const { deleteModelAllInfoInCache } = await loadWebLlm();
    await deleteModelAllInfoInCache(name, appConfig(kept.record));
    await del(name, this.#opened());
  }

  #records({ prebuiltAppConfig }: WebLlm): MlcRecord[] {
    const names = new Set(this.#own.map(({ model_id }) => model_id));
    const theirs = prebuiltAppConfig.model_list.filter(({ model_id, model_type }) => {
      return model_type !== EMBEDDING && !names.has(model_id);
    });
    return [...this.#own, ...theirs];
  }

  #opened(): UseStore {
    this.#store ??= createStore(this.#storeName, 'models');
    return this.#store;
  }

  /** Where a browser keeps no data nothing is stored, and models load all the same. */
  #kept(): Promise<Kept[]> {
    return this.#safely(async () => (await entries<string, Kept>(this.#opened())).map(([, kept]) => kept), []);
  }

  #get(name: string): Promise<Kept | undefined> {
    return this.#safely(() => get<Kept>(name, this.#opened()), undefined);
  }

  #keep(kept: Kept): Promise<void> {
    return this.#safely(() => set(kept.record.model_id, kept, this.#opened()), undefined);
  }

  async #safely<T>(access: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await access();
    } catch {
      return otherwise;
    }
  }
}

function appConfig(record: MlcRecord) {
  return { model_list: [record], cacheBackend: 'indexeddb' as const };
}

/** Has web-llm load a model; nothing stays on the GPU when this throws. */
async function bring(
  webLlm: WebLlm,
  record: MlcRecord,
  { chatConfig }: MlcFiles,
  signal: AbortSignal,
  onProgress: OnProgress,
) {
  const engine = new webLlm.MLCEngine({
    appConfig: appConfig(record),
    logLevel: 'SILENT',
    // It counts in its own way: parts of the weights, not bytes.
    initProgressCallback: ({ progress }) => {
      onProgress({ stage: 'download', bytes: 0, totalBytes: 0, fraction: progress, bytesPerSecond: 0 });
    },
  });
  try {
    await orAborted(engine.reload(record.model_id, { conv_template: passThrough(chatConfig) }), signal);
    signal.throwIfAborted();
    return engine;
  } catch (error) {
    await engine.unload().catch(() => {}); // which aborts a load, too; why it failed is known already
    signal.throwIfAborted();
    throw ofMlcLoad(error, MLC + record.model_id);
  }
}

function cardOf(record: MlcRecord, storedAt: number | undefined): ModelCard {
  const { model, model_id, overrides, vram_required_MB: megabytes, required_features: requiredFeatures } = record;
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
    ...(requiredFeatures && { requiredFeatures }),
  };
}
