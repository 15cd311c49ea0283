import type { Engine, EngineProvider, ModelInfo, ModelSettings } from '../engine/engine.ts';
import { isAbort, ModelError, RequestError } from '../errors.ts';
import { BlobSource } from '../weights/blob-source.ts';
import { openUrl } from '../weights/http-source.ts';
import type { ModelSource } from '../weights/model-source.ts';
import type { OnProgress } from '../weights/progress.ts';
import { ProgressMeter } from '../weights/progress-meter.ts';
import { WeightStore } from '../weights/store.ts';
import type { Catalogue, CatalogueEntry } from './catalogue.ts';
import type { EngineLoader } from './engine-loader.ts';
import { GpuRoom } from './gpu-room.ts';
import { leasedEngine } from './leased-engine.ts';
import { type ModelCard, modelCard, writeCapabilities } from './model-card.ts';
import { type ModelEstimate, modelEstimate } from './model-estimate.ts';
import { type Lease, Resident } from './resident.ts';

export interface ModelsOptions {
  readonly catalogue: Catalogue;
  readonly loader: EngineLoader;
  /** What answers a request that names no model; see {@link Models.list} for what does when this is absent. */
  readonly defaultModel?: string | undefined;
  /** Opens the store of weights; `ingle-weights` when absent. */
  readonly openStore?: () => Promise<WeightStore>;
  /** Models beside those of GGUF files. */
  readonly mlc?: ModelFamily | undefined;
}

/** Models of another kind, which keep their own files; their names begin alike. */
export interface ModelFamily {
  readonly prefix: string;
  /** Those that are stored. */
  stored(): Promise<ModelCard[]>;
  /** All that can be asked for. */
  catalogue(): Promise<ModelCard[]>;
  load(id: string, signal: AbortSignal, onProgress: OnProgress): Promise<Engine>;
  /** Removes it from storage. */
  delete(id: string): Promise<void>;
}

/** Where a model comes from when it is not stored. */
interface Origin {
  readonly id: string;
  readonly version?: string;
  open(signal: AbortSignal): Promise<ModelSource>;
}

/** The models of this worker: those that could be loaded, those that are, and the way between. */
export class Models implements EngineProvider {
  readonly #catalogue: Catalogue;
  readonly #loader: EngineLoader;
  readonly #defaultModel: string | undefined;
  readonly #openStore: () => Promise<WeightStore>;
  readonly #mlc: ModelFamily | undefined;
  #opening: Promise<WeightStore> | undefined;
  readonly #room = new GpuRoom();
  /** By id, oldest first. */
  readonly #residents = new Map<string, Resident>();
  /** With which each model was loaded last, by id, so that a request which loads it again gets the same. */
  readonly #settings = new Map<string, ModelSettings>();

  constructor({ catalogue, loader, defaultModel, openStore = () => WeightStore.open(), mlc }: ModelsOptions) {
    this.#catalogue = catalogue;
    this.#loader = loader;
    this.#defaultModel = defaultModel;
    this.#openStore = openStore;
    this.#mlc = mlc;
  }

  /**
   * The default model, then those that are loaded, stored, and in the catalogue. Where no default was chosen it is the
   * first of these.
   */
  async list(): Promise<ModelCard[]> {
    const stored = await (await this.#store()).list();
    const storedMlc = this.#marked((await this.#mlc?.stored()) ?? []);
    const ids = new Set([
      ...(this.#defaultModel === undefined ? [] : [await this.#idOf(this.#defaultModel)]),
      ...this.#residents.keys(),
      ...[...stored, ...storedMlc].map(({ id }) => id),
      ...this.#catalogue.entries.map(({ name }) => name),
    ]);
    return [...ids].map(
      id =>
        storedMlc.find(card => card.id === id) ??
        modelCard(id, {
          info: this.#residents.get(id)?.engine?.info,
          stored: stored.find(model => model.id === id),
          known: this.#known(id),
        }),
    );
  }

  /** All models of web-llm's catalogue, and the page's own of that kind. */
  async listMlc(): Promise<ModelCard[]> {
    return this.#marked((await this.#mlc?.catalogue()) ?? []);
  }

  #marked(cards: readonly ModelCard[]): ModelCard[] {
    return cards.map(card => ({ ...card, loaded: this.#residents.get(card.id)?.engine !== undefined }));
  }

  #known(id: string): CatalogueEntry | undefined {
    return this.#catalogue.entries.find(({ name }) => name === id);
  }

  #isMlc(id: string): boolean {
    return this.#mlc !== undefined && id.startsWith(this.#mlc.prefix);
  }

  async open(model: string | undefined, signal: AbortSignal): Promise<Engine> {
    const name = model ?? (await this.#default());
    const lease = await this.#acquire(name, signal);
    lease.release();
    return leasedEngine(lease.engine, runSignal => this.#acquire(name, runSignal));
  }

  /**
   * Downloads what is not stored, and loads it. Loads of the same model at once are one. One that is loaded already is
   * loaded anew where other settings are given.
   */
  async load(
    model: string | File,
    signal: AbortSignal,
    onProgress?: OnProgress,
    settings?: ModelSettings,
  ): Promise<ModelInfo> {
    if (typeof model === 'string' && this.#isMlc(model)) refuseSettings(settings);
    const lease = await this.#acquire(model, signal, onProgress, settings);
    lease.release();
    return lease.engine.info;
  }

  /**
   * Tells what loading a model would take, from its header alone.
   *
   * @throws as {@link load} does, but where the model is only too large; RequestError `unsupported_model` for MLC models
   */
  async estimate(model: string | File, signal: AbortSignal, settings: ModelSettings): Promise<ModelEstimate> {
    const origin = model instanceof File ? fromFile(model) : await this.#fromReference(model);
    const { id } = origin;
    if (this.#isMlc(id)) {
      throw new RequestError(`What ${id} takes is known once it is loaded.`, 'unsupported_model', 'model');
    }
    const stored = model instanceof File ? undefined : await (await this.#store()).source(id);
    const source = stored ?? (await origin.open(signal));
    const estimate = await this.#loader.estimate(source, signal, settings);
    return modelEstimate(estimate, { id, source, stored: stored !== undefined, local: model instanceof File });
  }

  /** Takes a model off the GPU once the requests that it is answering have ended; aborts a load of it. */
  async unload(model: string): Promise<void> {
    const resident = this.#residents.get(await this.#idOf(model));
    resident?.abort();
    await resident?.leave();
  }

  /** Unloads a model and removes it from storage. */
  async delete(model: string): Promise<void> {
    await this.unload(model);
    if (this.#isMlc(model)) await this.#mlc?.delete(model);
    else await (await this.#store()).delete(await this.#idOf(model));
  }

  /** Forgets what was on a device that is lost; the next request loads it again. */
  forgetAll(): void {
    for (const resident of [...this.#residents.values()]) void resident.leave();
  }

  async #acquire(
    model: string | File,
    signal: AbortSignal,
    onProgress?: OnProgress,
    settings?: ModelSettings,
  ): Promise<Lease> {
    const origin = model instanceof File ? fromFile(model) : await this.#fromReference(model);
    const resident = this.#residentFor(origin, settings);
    try {
      return await resident.acquire(signal, onProgress);
    } catch (error) {
      // Where the same is loaded with other settings meanwhile, who waits follows.
      const next = this.#residents.get(origin.id);
      if (!isAbort(error) || signal.aborted || !next || next === resident || !isFileOf(origin, next)) throw error;
      return this.#acquire(model, signal, onProgress);
    }
  }

  /** The one that is there or on its way; another, in its place, for another file of its name or other settings. */
  #residentFor(origin: Origin, settings: ModelSettings | undefined): Resident {
    const resident = this.#residents.get(origin.id);
    if (resident && isFileOf(origin, resident) && (!settings || isEqual(settings, resident.settings))) return resident;
    resident?.abort();
    return this.#begin(origin, settings ?? this.#settings.get(origin.id) ?? {});
  }

  #begin(origin: Origin, settings: ModelSettings): Resident {
    const resident = new Resident({
      ...origin,
      settings,
      load: (self, signal, onProgress) => this.#bring(self, origin, signal, onProgress),
      onRetire: self => {
        if (this.#residents.get(self.id) === self) this.#residents.delete(self.id);
      },
    });
    this.#residents.set(origin.id, resident);
    return resident;
  }

  /** From its origin into storage, and from there to the GPU; what cannot run is refused before either. */
  async #bring(self: Resident, origin: Origin, signal: AbortSignal, onProgress: OnProgress): Promise<Engine> {
    const { id } = self;
    if (this.#mlc && this.#isMlc(id)) {
      await this.#room.enter(self);
      signal.throwIfAborted();
      return this.#mlc.load(id, signal, onProgress);
    }
    const store = await this.#store();
    const stored = origin.version === undefined ? await store.source(id) : undefined;
    const meter = new ProgressMeter(onProgress, [...(stored ? [] : ['download' as const]), 'upload', 'compile']);
    const source = stored ?? (await origin.open(signal));
    const model = await this.#loader.inspect(source, signal, self.settings);
    if (!stored) {
      const { contextLength, capabilities } = model;
      const details = {
        capabilities: writeCapabilities(capabilities),
        ...(contextLength !== undefined && { contextLength }),
      };
      const onBytes = (bytes: number) => meter.update('download', bytes, source.size);
      await store.save(id, source, { signal, onBytes, details });
    }
    await this.#room.enter(self);
    signal.throwIfAborted();
    const engine = await model.load({
      id,
      toolFormat: this.#known(id)?.toolFormat,
      source: (await store.source(id)) ?? source,
      signal,
      onUpload: (bytes, total) => meter.update('upload', bytes, total),
      onCompile: () => meter.update('compile', 0, 0),
    });
    this.#settings.set(id, self.settings);
    meter.finish();
    return engine;
  }

  async #fromReference(model: string): Promise<Origin> {
    const id = await this.#idOf(model);
    return { id, open: signal => openUrl(this.#catalogue.resolve(id).url, { signal }) };
  }

  /** Names of loaded and stored models go first: one that came from a `File` has no other. */
  async #idOf(model: string): Promise<string> {
    if (this.#isMlc(model)) return model;
    if (this.#residents.has(model) || (await (await this.#store()).get(model))) return model;
    return this.#catalogue.resolve(model).id;
  }

  async #default(): Promise<string> {
    const [first] = await this.list();
    if (first) return first.id;
    throw new ModelError('No model was named, and there is none to choose.', 'model_not_found');
  }

  /** Opened when it is first needed; a failure is not kept, since the visitor may free some space. */
  #store(): Promise<WeightStore> {
    this.#opening ??= this.#openStore().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }
}

function isEqual(a: ModelSettings, b: ModelSettings): boolean {
  return a.contextLength === b.contextLength && a.cacheType === b.cacheType;
}

/** @throws RequestError `unsupported_parameter` for any, which MLC models have no use for: they are compiled with theirs */
function refuseSettings(settings: ModelSettings = {}): void {
  const [given] = Object.entries(settings).find(([, value]) => value !== undefined) ?? [];
  if (given === undefined) return;
  throw new RequestError(`MLC models take no ${given}.`, 'unsupported_parameter', given);
}

/** A name alone means whatever file goes by it. */
function isFileOf({ version }: Origin, resident: Resident): boolean {
  return version === undefined || version === resident.version;
}

function fromFile(file: File): Origin {
  return { id: file.name, version: `${file.lastModified}/${file.size}`, open: async () => new BlobSource(file) };
}
