import { IngleError } from '../../errors.ts';
import { retryAfterMs } from '../../retry.ts';

/** What an upstream answered instead, or why there is no answer. */
export class UpstreamError extends IngleError {
  /** How long it wants to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, code: string, status: number, options: { param?: string; retryAfterMs?: number } = {}) {
    super(message, { code, status, param: options.param ?? null });
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** @param what it did, after its name. */
export function failed(name: string, what: string): UpstreamError {
  return new UpstreamError(`${name} ${what}.`, 'upstream_failed', 502);
}

/** The error that an answer tells of, with its own status and, where it has OpenAI's shape, its own words. */
export async function errorOfAnswer(name: string, response: Response): Promise<UpstreamError> {
  const { status, statusText } = response;
  const body: unknown = await response.json().catch(() => undefined);
  const wait = retryAfterMs(response);
  const told = toldError(body);
  const message = `${name}: ${told?.message ?? `the answer was ${status} ${statusText}`.trimEnd()}`;
  return new UpstreamError(message, told?.code ?? 'upstream_failed', status, {
    ...(told?.param !== undefined && { param: told.param }),
    ...(wait !== undefined && { retryAfterMs: wait }),
  });
}

/**
 * The error in a body: in OpenAI's shape, in that of older vLLM servers (`message` at the top), or as a mere text
 * (Ollama's).
 */
export function toldError(body: unknown): { message: string; code?: string; param?: string } | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const error: unknown = 'error' in body ? body.error : body;
  if (typeof error === 'string') return { message: error };
  if (typeof error !== 'object' || error === null) return undefined;
  const field = (name: string): string | undefined => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === 'string' ? value : undefined;
  };
  const [message, code, param] = [field('message'), field('code') ?? field('type'), field('param')];
  if (message === undefined) return undefined;
  return { message, ...(code !== undefined && { code }), ...(param !== undefined && { param }) };
}
