import { expose, type ProxyMarked, proxy } from 'comlink';
import type { ModelInfo, ModelSettings } from '../engine/engine.ts';
import type { MlcRecord } from '../engine/mlc/mlc-record.ts';
import { HEAD_AT_ONCE } from '../openai/answer.ts';
import { createHandler } from '../openai/handler.ts';
import type { UpstreamOptions } from '../openai/upstream/upstream-options.ts';
import { Upstreams } from '../openai/upstream/upstreams.ts';
import type { OnProgress } from '../weights/progress.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { answering, type PlainFetch } from './http-port.ts';
import { endOfLife } from './life.ts';
import type { ModelCard } from './model-card.ts';
import type { ModelEstimate } from './model-estimate.ts';
import type { Models } from './models.ts';
import { deviceStore } from './response-store.ts';

/** What a page tells its worker. Plain data. */
export interface WorkerOptions extends ModelSettings {
  readonly model?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly queueLimit?: number | undefined;
  readonly catalogue?: readonly CatalogueEntry[] | undefined;
  readonly cpu?: boolean | undefined;
  readonly mlcModels?: readonly MlcRecord[] | undefined;
  readonly upstreams?: readonly UpstreamOptions[] | undefined;
  /** What relative addresses of models and upstreams are relative to. */
  readonly base: string;
}

/** What a page can ask of its worker, over comlink. */
export interface WorkerApi {
  readonly fetch: PlainFetch;
  /**
   * Answers requests that come over a port, until the other side has ended.
   *
   * @param life the name of its life, see `life.ts`.
   */
  connect(port: MessagePort, life: string): void;
  /** @param source `'mlc'` for all that web-llm can load; what can be asked for without loading web-llm when absent. */
  list(source?: ModelSourceName): Promise<ModelCard[]>;
  load(
    model: string | File,
    signal: AbortSignal,
    onProgress: OnProgress,
    settings: ModelSettings | undefined,
  ): Promise<ModelInfo>;
  estimate(model: string | File, signal: AbortSignal, settings: ModelSettings): Promise<ModelEstimate>;
  unload(model: string): Promise<void>;
  delete(model: string): Promise<void>;
}

/** Where models are listed from, beside those that are at hand. */
export type ModelSourceName = 'mlc';

/** What a worker exposes: the page starts it with its options. */
export type Start = (options: WorkerOptions) => WorkerApi & ProxyMarked;

export function startWith(createModels: (options: WorkerOptions) => Models): Start {
  return options => {
    const models = createModels(options);
    const { apiKey, queueLimit, base } = options;
    const upstreams = new Upstreams(options.upstreams ?? [], base);
    const handle = createHandler(models, {
      responses: deviceStore(),
      upstreams,
      ...(apiKey !== undefined && { apiKey }),
      ...(queueLimit !== undefined && { queueLimit }),
    });
    return proxy({
      fetch: answering(handle),
      connect: (port, life) => {
        const gone = new AbortController();
        // The service worker hears that nobody waits any more only where it has a body to be cancelled.
        const relayed = (request: Request) => {
          request.headers.set(HEAD_AT_ONCE, '1');
          return handle(request);
        };
        expose(answering(relayed, gone.signal), port);
        void endOfLife(life).then(() => {
          gone.abort();
          port.close();
        });
      },
      list: async source =>
        source === 'mlc'
          ? models.listMlc()
          : [...(await models.list()), ...upstreams.entries.map(entry => ({ ...entry, stored: false }))],
      load: async (model, signal, onProgress, settings) => {
        let told: unknown;
        const tell: OnProgress = progress => {
          told = onProgress(progress);
        };
        const info = await models.load(model, signal, tell, settings);
        // Progress travels over a port of its own: the end of it must not come after the result.
        await told;
        return info;
      },
      estimate: (model, signal, settings) => models.estimate(model, signal, settings),
      unload: model => models.unload(model),
      delete: model => models.delete(model),
    } satisfies WorkerApi);
  };
}
