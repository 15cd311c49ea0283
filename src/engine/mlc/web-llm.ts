import type * as webLlm from '@mlc-ai/web-llm';

/** The package, six megabytes of it: nothing is fetched before somebody asks for one of its models. */
export type WebLlm = typeof webLlm;

/** What we need of a model that it has loaded. */
export type WebLlmModel = Pick<webLlm.MLCEngine, 'chatCompletion' | 'interruptGenerate' | 'unload'>;

let loading: Promise<WebLlm> | undefined;

/** @throws Error when its file cannot be fetched; the next call tries again. */
export function loadWebLlm(): Promise<WebLlm> {
  loading ??= import('@mlc-ai/web-llm').catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}
