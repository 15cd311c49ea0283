import { type Remote, transfer, wrap } from 'comlink';
import type { MlcRecord } from './engine/mlc/mlc-record.ts';
import { orAborted } from './engine/or-aborted.ts';
import { EnvironmentError } from './errors.ts';
import type { UpstreamOptions } from './openai/upstream/upstream-options.ts';
import type { ServeOptions } from './service-worker/control.ts';
import { holdEarlyRequests } from './service-worker/early-requests.ts';
import { serve } from './service-worker/serve.ts';
import type { CatalogueEntry } from './worker/catalogue.ts';
import { Api } from './worker/client/api.ts';
import { ChatCompletions } from './worker/client/chat-completions.ts';
import { Completions } from './worker/client/completions.ts';
import { Embeddings } from './worker/client/embeddings.ts';
import { ModelsClient } from './worker/client/models-client.ts';
import { Responses } from './worker/client/responses.ts';
import { type Fetch, throughPort } from './worker/http-port.ts';
import { isV1 } from './worker/v1.ts';
import type { Start, WorkerApi } from './worker/worker-api.ts';

export interface StartOptions {
  /** The model that answers a request which names none; else the one that is loaded, stored, or first in the list. */
  readonly model?: string | undefined;
  /** When set, requests must bring it as `Authorization: Bearer …`, or are answered 401. */
  readonly apiKey?: string | undefined;
  /** How many requests may be under way or wait, 64 when absent; any beyond are answered 429. */
  readonly queueLimit?: number | undefined;
  /** Models of your own to offer by short names, before those that Ingle knows. */
  readonly catalogue?: readonly CatalogueEntry[] | undefined;
  /** Models of your own that web-llm can load, before those of its catalogue; each is called `mlc:` and its `model_id`. */
  readonly mlcModels?: readonly MlcRecord[] | undefined;
  /** Whether models run on the processor where there is no WebGPU, or a GPU that computes wrongly, slowly; true when absent. */
  readonly cpu?: boolean | undefined;
  /**
   * The context of models that are loaded without one, in tokens; less where a model was not trained for so many, or the
   * device has no room. When absent, as much as the model was trained for and a fair share of the device's memory holds.
   */
  readonly contextLength?: number | undefined;
  /** How models on the GPU keep keys and values that are loaded without saying so, where their shape allows; f16 when absent. */
  readonly cacheType?: 'f16' | 'f32' | 'q8' | undefined;
  /**
   * Servers with OpenAI's API, for what is too much for this device. A request goes there when it names `name:model`, or
   * when it fails here and `fallback` says so; nothing else leaves the device. Their keys stay in the worker's memory.
   */
  readonly upstreams?: readonly UpstreamOptions[] | undefined;
  /** Answer `/v1` from the first moment: {@link Ingle.serve} is called at once, and early requests wait for it. */
  readonly serve?: boolean | ServeOptions | undefined;
  /** The worker to use, for bundlers that cannot find the built-in one by its URL. */
  readonly worker?: Worker | undefined;
}

/** A language model in this tab: it runs in a worker of its own, and is held from the page by this. */
export class Ingle {
  readonly models: ModelsClient;
  readonly chat: { readonly completions: ChatCompletions };
  readonly completions: Completions;
  readonly responses: Responses;
  readonly embeddings: Embeddings;
  readonly #worker: Worker;
  readonly #api: Remote<WorkerApi>;
  readonly #answer: Fetch;
  readonly #disposed: AbortController;
  #serving: Promise<void> | undefined;

  private constructor(worker: Worker, api: Remote<WorkerApi>, disposed: AbortController, apiKey: string | undefined) {
    this.#worker = worker;
    this.#api = api;
    this.#disposed = disposed;
    this.#answer = throughPort(api.fetch, disposed.signal);
    this.models = new ModelsClient(api, disposed.signal);
    const v1 = new Api(this.#answer, apiKey);
    this.chat = { completions: new ChatCompletions(v1) };
    this.completions = new Completions(v1);
    this.responses = new Responses(v1);
    this.embeddings = new Embeddings(v1);
  }

  /**
   * Starts the worker. Nothing is downloaded yet, and nothing asked of the GPU.
   *
   * @throws EnvironmentError `engine_unavailable` when the worker's script does not load.
   */
  static async start(options: StartOptions = {}): Promise<Ingle> {
    // Before anything is waited for: a page that starts Ingle in its first script may use /v1 in its second.
    const release = options.serve ? holdEarlyRequests() : undefined;
    try {
      const ingle = await Ingle.#start(options);
      if (options.serve) {
        const serving = ingle.serve(options.serve === true ? {} : options.serve);
        // Who needs to know calls serve() and gets the same promise; the rest of Ingle does without.
        serving.catch(console.warn).finally(release);
      }
      return ingle;
    } catch (error) {
      release?.();
      throw error;
    }
  }

  static async #start({
    model,
    apiKey,
    queueLimit,
    catalogue,
    mlcModels,
    cpu,
    contextLength,
    cacheType,
    upstreams,
    worker: given,
  }: StartOptions): Promise<Ingle> {
    const worker = given ?? builtInWorker();
    const disposed = new AbortController();
    const failed = () => {
      const message = "Ingle's worker did not start: its script was not found, or is not allowed to run here.";
      disposed.abort(new EnvironmentError(message, 'engine_unavailable'));
    };
    worker.addEventListener('error', failed);
    const starting = wrap<Start>(worker)({
      model,
      apiKey,
      queueLimit,
      catalogue,
      mlcModels,
      cpu,
      contextLength,
      cacheType,
      upstreams,
      base: document.baseURI,
    });
    try {
      return new Ingle(worker, await orAborted(starting, disposed.signal), disposed, apiKey);
    } catch (error) {
      if (!given) worker.terminate();
      throw error;
    } finally {
      worker.removeEventListener('error', failed);
    }
  }

  /**
   * A `fetch` whose requests for `/v1`, on whatever host, are answered here; for clients that take one:
   * `new OpenAI({ fetch: ingle.fetch, … })`. All other requests go to the network.
   */
  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    return isV1(new URL(request.url)) ? this.#answer(request) : globalThis.fetch(request);
  };

  /**
   * From here on `fetch('/v1/…')` is answered on this origin, in this page and every other, for as long as a page that
   * serves is open. Resolves when this page is reached; early requests of it wait until then.
   *
   * @throws EnvironmentError `engine_unavailable` where there are no service workers, or the file is not there.
   */
  serve(options: ServeOptions = {}): Promise<void> {
    const connect = (port: MessagePort, life: string) => void this.#api.connect(transfer(port, [port]), life);
    this.#serving ??= serve(options, connect, this.#disposed.signal);
    return this.#serving;
  }

  /** Ends the worker, and with it everything that is under way. */
  dispose(): void {
    this.#disposed.abort(new EnvironmentError('This Ingle was disposed of.', 'engine_unavailable'));
    this.#worker.terminate();
  }
}

function builtInWorker(): Worker {
  return new Worker(new URL('./worker/worker.ts', import.meta.url), { type: 'module', name: 'ingle' });
}
