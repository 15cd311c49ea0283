import { orAborted } from '../or-aborted.ts';

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
    let end = () => {};
    const ended = new Promise<void>(resolve => {
      end = resolve;
    });
    this.#last = before.then(() => ended);
    try {
      await orAborted(before, signal);
    } catch (error) {
      end();
      throw error;
    }
    return end;
  }
}
