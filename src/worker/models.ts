import type { Engine, EngineProvider, ModelInfo, ModelSettings } from '../engine/engine.ts';
import { isAbort, ModelError } from '../errors.ts';
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
  /** Refuses what cannot run here, or not with these settings, before anything large is fetched. */
  inspect(id: string, signal: AbortSignal, settings: ModelSettings): Promise<LoadableMember>;
  estimate(id: string, signal: AbortSignal, settings: ModelSettings): Promise<ModelEstimate>;
  /** Removes it from storage. */
  delete(id: string): Promise<void>;
}

export interface LoadableMember {
  load(onProgress: OnProgress): Promise<Engine>;
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
    return cards.map(card => {
      const info = this.#residents.get(card.id)?.engine?.info;
      if (!info) return card;
      const { engine, contextLength, capabilities } = info;
      return { ...card, loaded: true, engine, contextLength, capabilities };
    });
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
   * loaded anew where it is not as the settings say; where they are refused, it stays.
   */
  async load(
    model: string | File,
    signal: AbortSignal,
    onProgress?: OnProgress,
    settings?: ModelSettings,
  ): Promise<ModelInfo> {
    const lease = await this.#acquire(model, signal, onProgress, settings);
    lease.release();
    return lease.engine.info;
  }

  /**
   * Tells what loading a model would take, from its header alone, or from web-llm's catalogue.
   *
   * @throws as {@link load} does, but where the model is only too large
   */
  async estimate(model: string | File, signal: AbortSignal, settings: ModelSettings): Promise<ModelEstimate> {
    if (typeof model === 'string' && this.#mlc && this.#isMlc(model))
      return this.#mlc.estimate(model, signal, settings);
    const origin = model instanceof File ? fromFile(model) : await this.#fromReference(model);
    const { id } = origin;
    const stored = model instanceof File ? undefined : await (await this.#store()).source(id);
    const source = stored ?? (await origin.open(signal));
    const estimate = await this.#loader.estimate(source, signal, settings);
    return modelEstimate(estimate, { id, source, stored: stored !== undefined, local: model instanceof File });
  }

  /** Takes a model off the GPU once the requests that it is answering have ended; aborts a load of it. */
  async unload(model: string): Promise<void> {
    const id = await this.#idOf(model);
    this.#residents.get(id)?.abort();
    await this.#leave(id);
  }

  /** Unloads a model and removes it from storage. */
  async delete(model: string): Promise<void> {
    await this.unload(model);
    if (this.#isMlc(model)) await this.#mlc?.delete(model);
    else await (await this.#store()).delete(await this.#idOf(model));
  }

  /** Forgets what was on a device that is lost; the next request loads it again. */
  forgetAll(): void {
    for (const id of [...this.#residents.keys()]) void this.#leave(id);
  }

  /** Has a model leave, and the one behind it that would come back. */
  async #leave(id: string): Promise<void> {
    const leaving: Promise<void>[] = [];
    for (let resident = this.#residents.get(id); resident; resident = this.#residents.get(id)) {
      leaving.push(resident.leave());
    }
    await Promise.all(leaving);
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
    if (resident && isFileOf(origin, resident) && (!settings || isSetUp(resident, settings))) return resident;
    resident?.abort();
    return this.#begin(origin, settings ?? this.#settings.get(origin.id) ?? {});
  }

  #begin(origin: Origin, settings: ModelSettings): Resident {
    // It comes back where the new one is refused before it has taken its room.
    const before = this.#residents.get(origin.id);
    const resident = new Resident({
      ...origin,
      settings,
      load: (self, signal, onProgress) => this.#bring(self, origin, signal, onProgress),
      onRetire: self => {
        if (this.#residents.get(self.id) !== self) return;
        this.#residents.delete(self.id);
        if (before?.stays) this.#residents.set(self.id, before);
      },
    });
    this.#residents.set(origin.id, resident);
    return resident;
  }

  /** From its origin into storage, and from there to the GPU; what cannot run is refused before either. */
  async #bring(self: Resident, origin: Origin, signal: AbortSignal, onProgress: OnProgress): Promise<Engine> {
    const { id } = self;
    if (this.#mlc && this.#isMlc(id)) {
      const model = await this.#mlc.inspect(id, signal, self.settings);
      await this.#room.enter(self);
      signal.throwIfAborted();
      const engine = await model.load(onProgress);
      this.#settings.set(id, self.settings);
      return engine;
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

/** Whether a model is loaded, or on its way, as settings say; what they leave open may be as it is. */
function isSetUp({ engine, settings }: Resident, asked: ModelSettings): boolean {
  const { contextLength, cacheType } = engine?.info ?? settings;
  return (asked.contextLength ?? contextLength) === contextLength && (asked.cacheType ?? cacheType) === cacheType;
}

/** A name alone means whatever file goes by it. */
function isFileOf({ version }: Origin, resident: Resident): boolean {
  return version === undefined || version === resident.version;
}

function fromFile(file: File): Origin {
  return { id: file.name, version: `${file.lastModified}/${file.size}`, open: async () => new BlobSource(file) };
}
