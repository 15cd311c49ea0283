import type { Engine, ModelSettings } from '../engine/engine.ts';
import { orAborted } from '../engine/or-aborted.ts';
import type { LoadProgress, OnProgress } from '../weights/progress.ts';

export interface ResidentOptions {
  /** The name that requests use. */
  readonly id: string;
  /** Tells one file of this name from another; `undefined` where the name says it all. */
  readonly version?: string | undefined;
  readonly settings: ModelSettings;
  load(resident: Resident, signal: AbortSignal, onProgress: OnProgress): Promise<Engine>;
  /** Called when nobody should ask for it any more: it failed, was given up, or is told to leave. May come twice. */
  onRetire(resident: Resident): void;
}

/** An engine in use: it is not disposed of before it is released. */
export interface Lease {
  readonly engine: Engine;
  release(): void;
}

/** A model on its way to the GPU or on it, and how many wait for it or use it. */
export class Resident {
  readonly id: string;
  readonly version: string | undefined;
  readonly settings: ModelSettings;
  /** The engine, once it has been loaded. */
  engine: Engine | undefined;
  readonly #loaded: Promise<Engine>;
  readonly #loading = new AbortController();
  readonly #retire: () => void;
  readonly #watchers = new Set<OnProgress>();
  #progress: LoadProgress | undefined;
  #users = 0;
  readonly #whenIdle: (() => void)[] = [];
  #left: Promise<void> | undefined;

  constructor({ id, version, settings, load, onRetire }: ResidentOptions) {
    this.id = id;
    this.version = version;
    this.settings = settings;
    this.#retire = () => onRetire(this);
    this.#loaded = Promise.resolve().then(() => load(this, this.#loading.signal, progress => this.#tell(progress)));
    this.#loaded.then(
      engine => {
        this.engine = engine;
        if (this.#loading.signal.aborted) void this.leave(); // it was given up in the last moment
      },
      () => this.#retire(), // why it failed, every user is told
    );
  }

  /** Waits for the engine. When the last who waits gives up, the load is aborted. */
  async acquire(signal: AbortSignal, onProgress?: OnProgress): Promise<Lease> {
    this.#users++;
    if (onProgress) {
      this.#watchers.add(onProgress);
      if (this.#progress) onProgress(this.#progress);
    }
    try {
      const engine = await orAborted(this.#loaded, signal);
      return { engine, release: () => this.#release() };
    } catch (error) {
      this.#release();
      throw error;
    } finally {
      if (onProgress) this.#watchers.delete(onProgress);
    }
  }

  /** Gives up on the load, if it has not finished: whoever waits for it is told that it was aborted. */
  abort(): void {
    if (this.engine) return;
    this.#loading.abort();
    this.#retire();
  }

  /** Whether it is loaded, and was not told to leave. */
  get stays(): boolean {
    return this.engine !== undefined && this.#left === undefined;
  }

  /** Retires it, and disposes of the engine as soon as nobody uses it. Resolves when it is gone. */
  leave(): Promise<void> {
    this.#retire();
    this.#left ??= this.#disposeWhenIdle();
    return this.#left;
  }

  async #disposeWhenIdle(): Promise<void> {
    if (this.#users > 0) await new Promise<void>(resolve => this.#whenIdle.push(resolve));
    const engine = await this.#loaded.catch(() => undefined);
    await engine?.dispose().catch(() => {}); // on a lost device nothing is left to dispose of
  }

  #release(): void {
    this.#users--;
    if (this.#users > 0) return;
    this.abort();
    for (const idle of this.#whenIdle.splice(0)) idle();
  }

  #tell(progress: LoadProgress): void {
    this.#progress = progress;
    for (const watcher of this.#watchers) watcher(progress);
  }
}
