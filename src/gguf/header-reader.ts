import { ModelError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';
import { HeaderCursor, MoreBytesNeeded } from './header-cursor.ts';

/** The first read. Holds the whole header of a small model, and costs a slow server little. */
const FIRST_WINDOW_BYTES = 256 * 1024;

/** No header may be longer. The largest known, with 262,144 tokens and their merges, take about 16 MiB. */
const MAX_HEADER_BYTES = 128 * 1024 * 1024;

/** Reads a header piece by piece, and of the file just about as much as the header takes. */
export class HeaderReader {
  #position = 0;
  #bytes = new Uint8Array(0);
  readonly #limit: number;
  readonly #source: ByteSource;
  readonly #signal: AbortSignal | undefined;

  constructor(source: ByteSource, signal?: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
    this.#limit = Math.min(source.size, MAX_HEADER_BYTES);
  }

  /**
   * Parses the next piece. `parse` runs again from the piece's beginning whenever it has come to the end of what was
   * read: the window doubles, so that the repetitions together cost no more than the last run.
   */
  async next<T>(parse: (cursor: HeaderCursor) => T): Promise<T> {
    for (;;) {
      const cursor = new HeaderCursor(this.#bytes, this.#position, this.#limit, this.#source.name);
      try {
        const piece = parse(cursor);
        this.#position = cursor.position;
        return piece;
      } catch (error) {
        if (!(error instanceof MoreBytesNeeded)) throw error;
        await this.#readUpTo(error.end);
      }
    }
  }

  async #readUpTo(end: number): Promise<void> {
    const have = this.#bytes.length;
    const want = Math.min(Math.max(end, have * 2, FIRST_WINDOW_BYTES), this.#limit);
    const more = await this.#source.read(have, want - have, this.#signal);
    if (more.length !== want - have) {
      const message = `${this.#source.name} gave ${more.length} bytes at ${have} where ${want - have} were asked for.`;
      throw new ModelError(message, 'model_download_failed');
    }
    const bytes = new Uint8Array(want);
    bytes.set(this.#bytes);
    bytes.set(more, have);
    this.#bytes = bytes;
  }
}
