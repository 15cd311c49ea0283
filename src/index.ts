/** The public surface of Ingle. */

export type { ModelInfo } from './engine/engine.ts';
export { EnvironmentError, IngleError, isAbort, ModelError, RequestError } from './errors.ts';
export { Ingle, type StartOptions } from './ingle.ts';
export type { ServeOptions } from './service-worker/control.ts';
export type { LoadProgress, OnProgress } from './weights/progress.ts';
export type { CatalogueEntry } from './worker/catalogue.ts';
export type { ChatCompletions, RequestOptions } from './worker/client/chat-completions.ts';
export type { ChatStream } from './worker/client/chat-stream.ts';
export type { LoadOptions, ModelsClient } from './worker/client/models-client.ts';
export type { ModelCard } from './worker/model-card.ts';
