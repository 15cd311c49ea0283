import { proxy, type Remote } from 'comlink';
import type { ModelInfo, ModelSettings } from '../../engine/engine.ts';
import { orAborted } from '../../engine/or-aborted.ts';
import type { OnProgress } from '../../weights/progress.ts';
import type { ModelCard } from '../model-card.ts';
import type { ModelEstimate } from '../model-estimate.ts';
import { forTheCall } from '../transfer-signals.ts';
import type { ModelSourceName, WorkerApi } from '../worker-api.ts';
import { askToKeep } from './ask-to-keep.ts';

export interface LoadOptions extends ModelSettings {
  /** Aborting it stops the load and leaves nothing half-stored. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

export interface EstimateOptions extends ModelSettings {
  readonly signal?: AbortSignal | undefined;
}

export interface ListOptions {
  readonly source?: ModelSourceName | undefined;
}

/** The models of an Ingle, from the page's side. */
export class ModelsClient {
  readonly #worker: Remote<WorkerApi>;
  readonly #gone: AbortSignal;

  /** @param gone aborts when the worker can no longer answer, with the error to throw. */
  constructor(worker: Remote<WorkerApi>, gone: AbortSignal) {
    this.#worker = worker;
    this.#gone = gone;
  }

  /**
   * What can be asked for, the default first: models that are loaded, stored, or in the catalogue. With
   * `{ source: 'mlc' }`, what web-llm can load, for which it is fetched.
   */
  list({ source }: ListOptions = {}): Promise<ModelCard[]> {
    return orAborted(this.#worker.list(source), this.#gone);
  }

  /**
   * Makes a model ready to answer: downloads it if it is not stored, and loads it to the GPU. One that is loaded is
   * loaded anew where it is not as the settings say; where they cannot be had, it stays as it is.
   *
   * @param model a name from the list, `mlc:NAME`, `hf:owner/repo/file.gguf`, the address of a GGUF file, or a `File`, which goes
   *   by its own name from then on.
   * @throws ModelError, EnvironmentError; the signal's reason when it aborts first.
   */
  load(model: string | File, { signal, onProgress, ...settings }: LoadOptions = {}): Promise<ModelInfo> {
    const tell = proxy<OnProgress>(progress => {
      if (progress.stage === 'download') askToKeep(progress.totalBytes);
      onProgress?.(progress);
    });
    const given = Object.values(settings).some(value => value !== undefined) ? settings : undefined;
    return forTheCall(signal, ended => orAborted(this.#worker.load(model, ended, tell, given), this.#gone));
  }

  /**
   * Tells what loading a model would take: what is to be downloaded, the bytes on the GPU, whether this device's limits
   * hold it, and about how fast it would answer. Of the file no more is read than its header, and on the first visit the
   * GPU is measured for about a second. Of MLC models it tells what web-llm's catalogue does.
   *
   * @param model as {@link load} takes it
   * @throws as {@link load} does, but where the model is only too large
   */
  estimate(model: string | File, { signal, ...settings }: EstimateOptions = {}): Promise<ModelEstimate> {
    return forTheCall(signal, ended => orAborted(this.#worker.estimate(model, ended, settings), this.#gone));
  }

  /** Takes a model off the GPU, once the requests that it is answering have ended; it stays stored. */
  unload(model: string): Promise<void> {
    return orAborted(this.#worker.unload(model), this.#gone);
  }

  /** Removes a model from the GPU and from storage. */
  delete(model: string): Promise<void> {
    return orAborted(this.#worker.delete(model), this.#gone);
  }
}
