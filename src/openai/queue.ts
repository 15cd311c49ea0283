import { RequestError } from '../errors.ts';
import { onAbort } from './event-stream.ts';

/** More than an app sends at once on purpose; what waits behind as many waits for minutes. */
export const DEFAULT_QUEUE_LIMIT = 64;

/** Counts the requests that are being answered or wait for it, and lets no more in than its limit. */
export class Queue {
  readonly #limit: number;
  #taken = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * @param timeout seconds that the request has from now on.
   * @throws RequestError 429 `rate_limit_exceeded` when the queue is full.
   */
  enter(timeout: number | null | undefined): Turn {
    if (this.#taken >= this.#limit) {
      const message = `${this.#taken} requests are waiting or being answered, and no more may: try again later.`;
      throw new RequestError(message, 'rate_limit_exceeded', null, 429);
    }
    this.#taken++;
    return new Turn(timeout, () => {
      this.#taken--;
    });
  }
}

/** A request's place in the queue, and its time. */
export class Turn {
  readonly #leave: () => void;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #timeUp = new AbortController();
  #ended = false;

  constructor(timeout: number | null | undefined, leave: () => void) {
    this.#leave = leave;
    if (typeof timeout !== 'number') return;
    this.#timer = setTimeout(() => {
      const message = `The answer was not complete after ${timeout} seconds, which the request gave it.`;
      this.#timeUp.abort(new RequestError(message, 'timeout', 'timeout', 408));
      this.end();
    }, timeout * 1000);
  }

  /** A signal that aborts when the given one does, and when the time is up. */
  limit(signal: AbortSignal): AbortSignal {
    const limited = new AbortController();
    onAbort(signal, reason => limited.abort(reason));
    onAbort(this.#timeUp.signal, reason => limited.abort(reason));
    return limited.signal;
  }

  /** Makes room for the next. Ending it twice is ending it once. */
  end(): void {
    clearTimeout(this.#timer);
    if (!this.#ended) this.#leave();
    this.#ended = true;
  }
}
