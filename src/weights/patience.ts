import type { BackOff } from '../retry.ts';

/** How long to hold on to a server that fails. */
export interface Patience extends BackOff {
  /** Retries while a file is opened: few, for a wrong address or a refusal by CORS looks like a network failure. */
  readonly openingRetries: number;
  /** Retries in a row that bring no byte; with the delays below, 6 outlast 15 seconds without a network. */
  readonly readingRetries: number;
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
