import { createStore, del, entries, get, set, type UseStore } from 'idb-keyval';
import type { ModelSettings } from '../engine/engine.ts';
import { deviceProblem, requireAdapter } from '../engine/mlc/mlc-device.ts';
import { MlcEngine } from '../engine/mlc/mlc-engine.ts';
import { ofMlcLoad } from '../engine/mlc/mlc-error.ts';
import {
  checkMlcSettings,
  describeMlcModel,
  fetchFiles,
  MLC,
  type MlcFiles,
  passThrough,
  withContext,
} from '../engine/mlc/mlc-files.ts';
import type { MlcRecord } from '../engine/mlc/mlc-record.ts';
import { loadWebLlm, type WebLlm } from '../engine/mlc/web-llm.ts';
import { orAborted } from '../engine/or-aborted.ts';
import { ModelError } from '../errors.ts';
import type { OnProgress } from '../weights/progress.ts';
import { type KeptMlc, type KnownMlc, mlcCard, mlcEstimate } from './mlc-card.ts';
import type { ModelCard } from './model-card.ts';
import type { ModelEstimate } from './model-estimate.ts';
import type { LoadableMember, ModelFamily } from './models.ts';

export interface MlcOptions {
  /** The page's own, before those of web-llm's catalogue. */
  readonly own: readonly MlcRecord[];
  /** What their addresses are relative to. */
  readonly base?: string | undefined;
  /** The context of loads that ask for none, as far as a model was trained for it. */
  readonly preferred?: ModelSettings;
  /** Called when the device is lost. */
  readonly onLost: () => void;
  /** The database of what is known of stored models. */
  readonly storeName?: string;
}

/** web-llm's `ModelType.embedding`, which is not worth loading web-llm for. */
const EMBEDDING = 1;

/** The models that web-llm runs. It is loaded when one of them, or all of them, are asked for. */
export class MlcModels implements ModelFamily {
  readonly prefix = MLC;
  readonly #own: readonly MlcRecord[];
  readonly #preferred: ModelSettings;
  readonly #onLost: () => void;
  readonly #storeName: string;
  #store: UseStore | undefined;

  constructor({ own, base, preferred = {}, onLost, storeName = 'ingle-mlc' }: MlcOptions) {
    this.#own = own.map(record => ({
      ...record,
      model: new URL(record.model, base).href,
      model_lib: new URL(record.model_lib, base).href,
    }));
    this.#preferred = preferred;
    this.#onLost = onLost;
    this.#storeName = storeName;
  }

  async stored(): Promise<ModelCard[]> {
    const kept = await this.#kept();
    return kept.map(({ record, storedAt }) => mlcCard(record, storedAt));
  }

  async catalogue(): Promise<ModelCard[]> {
    const kept = new Map((await this.#kept()).map(({ record, storedAt }) => [record.model_id, storedAt]));
    const records = this.#records(await loadWebLlm());
    return records.map(record => mlcCard(record, kept.get(record.model_id)));
  }

  async inspect(id: string, signal: AbortSignal, settings: ModelSettings): Promise<LoadableMember> {
    checkMlcSettings(settings);
    // web-llm would find out after it has fetched the library.
    const adapter = await requireAdapter();
    const webLlm = await orAborted(loadWebLlm(), signal);
    const { record, kept } = await this.#find(webLlm, id);
    const problem = deviceProblem(record, adapter);
    if (problem) throw problem;
    const files = kept?.files ?? (await fetchFiles(record, signal));
    const asked = withContext(record, files, settings, this.#preferred);
    return {
      load: async onProgress => {
        const engine = await bring(webLlm, asked, files, signal, onProgress);
        await this.#keep({ record, files, storedAt: kept?.storedAt ?? Date.now() });
        return new MlcEngine(engine, describeMlcModel(asked, files), this.#onLost);
      },
    };
  }

  async estimate(id: string, signal: AbortSignal, settings: ModelSettings): Promise<ModelEstimate> {
    checkMlcSettings(settings);
    const adapter = await requireAdapter();
    const known = await this.#find(await orAborted(loadWebLlm(), signal), id);
    return mlcEstimate(known, adapter, settings, this.#preferred);
  }

  async delete(id: string): Promise<void> {
    const name = id.slice(MLC.length);
    const kept = await this.#get(name);
    if (!kept) return;
    const { deleteModelAllInfoInCache } = await loadWebLlm();
    await deleteModelAllInfoInCache(name, appConfig(kept.record));
    await del(name, this.#opened());
  }

  /** @throws ModelError `model_not_found` */
  async #find(webLlm: WebLlm, id: string): Promise<KnownMlc> {
    const name = id.slice(MLC.length);
    const kept = await this.#get(name);
    const record = this.#records(webLlm).find(({ model_id }) => model_id === name) ?? kept?.record;
    if (record) return { record, kept };
    throw new ModelError(`web-llm has no model '${name}'; models.list tells those it has.`, 'model_not_found');
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
  #kept(): Promise<KeptMlc[]> {
    return this.#safely(async () => (await entries<string, KeptMlc>(this.#opened())).map(([, kept]) => kept), []);
  }

  #get(name: string): Promise<KeptMlc | undefined> {
    return this.#safely(() => get<KeptMlc>(name, this.#opened()), undefined);
  }

  #keep(kept: KeptMlc): Promise<void> {
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
