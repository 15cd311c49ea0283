/** Failures in a row after which a server is left alone. */
const FAILURES = 5;

/**
 * A circuit breaker: a server that has failed again and again is not asked for a while. Then one request tries, and the
 * others wait for what becomes of it.
 */
export class Breaker {
  readonly #restMs: number;
  #failures = 0;
  #restsUntil = 0;

  /** @param restMs how long a server is left alone. */
  constructor(restMs: number) {
    this.#restMs = restMs;
  }

  /** Milliseconds until the server may be asked; 0 lets the caller ask, who then tells what became of it. */
  enter(): number {
    if (!this.isOpen) return 0;
    const wait = Math.max(0, this.#restsUntil - Date.now());
    if (wait === 0) this.#rest();
    return wait;
  }

  get isOpen(): boolean {
    return this.#failures >= FAILURES;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  failed(): void {
    this.#failures++;
    if (this.isOpen) this.#rest();
  }

  #rest(): void {
    this.#restsUntil = Date.now() + this.#restMs;
  }
}
