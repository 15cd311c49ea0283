/** How often to try again, and how long to wait between. */
export interface BackOff {
  /** Before the first retry; doubled for each one after it. */
  readonly firstDelayMs: number;
  /** A server that asks to wait longer than this is given up. */
  readonly longestDelayMs: number;
}

/** Thrown to {@link retry} alone: a failure that may pass, and the error to report when it does not. */
export class TransientFailure extends Error {
  readonly failure: Error;
  readonly retryAfterMs: number | undefined;

  constructor(failure: Error, retryAfterMs?: number) {
    super(failure.message, { cause: failure });
    this.failure = failure;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface RetryOptions {
  readonly retries: number;
  readonly backOff: BackOff;
  readonly signal: AbortSignal | undefined;
  /** Grows as work gets done: an attempt that got somewhere starts the count of retries anew. */
  readonly progress?: () => number;
}

/** Repeats `attempt` while it throws {@link TransientFailure}, with exponential back-off or as the server asks. */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { retries, backOff, signal, progress = () => 0 } = options;
  let failures = 0;
  for (;;) {
    const before = progress();
    try {
      signal?.throwIfAborted();
      return await attempt();
    } catch (error) {
      if (!(error instanceof TransientFailure)) throw error;
      failures = progress() > before ? 1 : failures + 1;
      const wait = error.retryAfterMs ?? backOff.firstDelayMs * 2 ** (failures - 1);
      if (failures > retries || wait > backOff.longestDelayMs) throw error.failure;
      await delay(wait, signal);
    }
  }
}

/** @throws the signal's reason as soon as it is aborted. */
function delay(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      if (signal?.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    signal?.addEventListener('abort', finish);
    if (signal?.aborted) finish();
  });
}

/** Seconds or a date, https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
export function retryAfterMs(response: Response): number | undefined {
  const header = response.headers.get('Retry-After') ?? '';
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(wait, 0);
}
