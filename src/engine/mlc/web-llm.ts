import type * as webLlm from '@mlc-ai/web-llm';
import { EnvironmentError } from '../../errors.ts';

/** The package, six megabytes of it: nothing is fetched before somebody asks for one of its models. */
export type WebLlm = typeof webLlm;

/** What we need of a model that it has loaded. */
export type WebLlmModel = Pick<webLlm.MLCEngine, 'chatCompletion' | 'interruptGenerate' | 'unload'>;

let loading: Promise<WebLlm> | undefined;

/** @throws EnvironmentError `engine_unavailable` when its file cannot be fetched; the next call tries again. */
export function loadWebLlm(): Promise<WebLlm> {
  loading ??= import('@mlc-ai/web-llm').catch((cause: unknown) => {
    loading = undefined;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EnvironmentError(`web-llm could not be fetched: ${reason}`, 'engine_unavailable', { cause });
  });
  return loading;
}
