import type { ModelError } from '../errors.ts';

/** How long to hold on to a server that fails. */
export interface Patience {
  /** Retries while a file is opened: few, for a wrong address or a refusal by CORS looks like a network failure. */
  readonly openingRetries: number;
  /** Retries in a row that bring no byte; with the delays below, 6 outlast 15 seconds without a network. */
  readonly readingRetries: number;
  /** Before the first retry; doubled for each one after it. */
  readonly firstDelayMs: number;
  /** A server that asks to wait longer than this is given up. */
  readonly longestDelayMs: number;
  /** A connection on which nothing arrives for this long is taken for dead. */
  readonly stallMs: number;
}

export const DEFAULT_PATIENCE: Patience = {
  openingRetries: 2,
  readingRetries: 6,
  firstDelayMs: 250,
  longestDelayMs: 60_000,
  stallMs: 30_000,
};

/** Thrown within this folder only: a failure that may pass, and the error to report when it does not. */
export class TransientFailure extends Error {
  readonly failure: ModelError;
  readonly retryAfterMs: number | undefined;

  constructor(failure: ModelError, retryAfterMs?: number) {
    super(failure.message, { cause: failure });
    this.failure = failure;
    this.retryAfterMs = retryAfterMs;
  }
}

export interface RetryOptions {
  readonly retries: number;
  readonly patience: Patience;
  readonly signal: AbortSignal | undefined;
  /** Grows as work gets done: an attempt that got somewhere starts the count of retries anew. */
  readonly progress?: () => number;
}

/** Repeats `attempt` while it throws {@link TransientFailure}, with exponential back-off or as the server asks. */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { retries, patience, signal, progress = () => 0 } = options;
  let failures = 0;
  for (;;) {
    const before = progress();
    try {
      signal?.throwIfAborted();
      return await attempt();
    } catch (error) {
      if (!(error instanceof TransientFailure)) throw error;
      failures = progress() > before ? 1 : failures + 1;
      const wait = error.retryAfterMs ?? patience.firstDelayMs * 2 ** (failures - 1);
      if (failures > retries || wait > patience.longestDelayMs) throw error.failure;
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
