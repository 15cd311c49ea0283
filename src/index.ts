/** The public surface of Ingle. */

export type { ModelInfo, ModelSettings } from './engine/engine.ts';
export type { MlcRecord } from './engine/mlc/mlc-record.ts';
export { EnvironmentError, IngleError, isAbort, ModelError, RequestError } from './errors.ts';
export { Ingle, type StartOptions } from './ingle.ts';
export type { FallbackCase, UpstreamOptions } from './openai/upstream/upstream-options.ts';
export type { ServeOptions } from './service-worker/control.ts';
export type { LoadProgress, OnProgress } from './weights/progress.ts';
export type { CatalogueEntry } from './worker/catalogue.ts';
export type { RequestOptions } from './worker/client/api.ts';
export type {
  ChatAnswer,
  ChatChunk,
  ChatCompletions,
  ChatExtensions,
  ChatStream,
} from './worker/client/chat-completions.ts';
export type { Completions } from './worker/client/completions.ts';
export type { Embeddings } from './worker/client/embeddings.ts';
export type { EventStream } from './worker/client/event-stream.ts';
export type { EstimateOptions, ListOptions, LoadOptions, ModelsClient } from './worker/client/models-client.ts';
export type { Responses } from './worker/client/responses.ts';
export type { ModelCard } from './worker/model-card.ts';
export type { ModelEstimate } from './worker/model-estimate.ts';
