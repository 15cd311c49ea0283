/** Lets one at a time through, in order of arrival. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /**
   * Waits for its turn and gives what ends it. Giving up the wait lets the next one through.
   *
   * @throws the signal's reason when it is aborted while waiting
   */
  async take(signal: AbortSignal): Promise<() => void> {
    const before = this.#last;
    const { promise, resolve: end } = Promise.withResolvers<void>();
    this.#last = before.then(() => promise);
    try {
      await orAbort(before, signal);
    } catch (error) {
      end();
      throw error;
    }
    return end;
  }
}

async function orAbort(wait: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([wait, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
