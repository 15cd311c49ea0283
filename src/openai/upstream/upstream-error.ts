import { IngleError } from '../../errors.ts';
import { retryAfterMs } from '../../retry.ts';
import { toldError } from '../told-error.ts';

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
