import { retry } from '../retry.ts';
import { type Fetch, fetchRange, type RemoteFile } from './http-range.ts';
import { checkRange, type ModelSource } from './model-source.ts';
import { DEFAULT_PATIENCE, type Patience } from './patience.ts';

export interface OpenUrlOptions {
  readonly signal?: AbortSignal | undefined;
  /** The browser's own by default. */
  readonly fetch?: Fetch;
  readonly patience?: Partial<Patience>;
}

/** Not 1: sirv, which is Vite's file server, takes the range 0-0 for the whole file. */
const OPENING_BYTES = 4;

/**
 * Opens a file on a server that honours byte ranges.
 *
 * @param url absolute, http or https.
 * @throws ModelError `model_not_found`, `ranges_unsupported`, or `model_download_failed` when the network or the server
 *   fails again and again.
 */
export async function openUrl(url: string, options: OpenUrlOptions = {}): Promise<ModelSource> {
  const { signal, fetch = (input, init) => globalThis.fetch(input, init) } = options;
  const patience = { ...DEFAULT_PATIENCE, ...options.patience };
  // Whether a server honours ranges only a range can tell: some say "Accept-Ranges: bytes" and send the whole file.
  const opening = { url, start: 0, target: new Uint8Array(OPENING_BYTES), fetch, stallMs: patience.stallMs, signal };
  const file = await retry(() => fetchRange(opening), { retries: patience.openingRetries, backOff: patience, signal });
  return new HttpSource(url, file, fetch, patience);
}

class HttpSource implements ModelSource {
  readonly name: string;
  readonly size: number;
  readonly version: string | undefined;
  readonly #fetch: Fetch;
  readonly #patience: Patience;

  constructor(url: string, file: RemoteFile, fetch: Fetch, patience: Patience) {
    this.name = url;
    this.size = file.size;
    this.version = file.version;
    this.#fetch = fetch;
    this.#patience = patience;
  }

  async read(offset: number, length: number, signal?: AbortSignal, onBytes?: (received: number) => void) {
    checkRange(this, offset, length);
    const bytes = new Uint8Array(length);
    let received = 0;
    /** Asks for what is still missing, so that a connection which breaks costs only what was under way. */
    const attempt = () =>
      fetchRange({
        url: this.name,
        start: offset + received,
        target: bytes.subarray(received),
        known: this,
        fetch: this.#fetch,
        stallMs: this.#patience.stallMs,
        signal,
        onPiece: piece => {
          received += piece;
          onBytes?.(received);
        },
      });
    const options = { retries: this.#patience.readingRetries, backOff: this.#patience, signal };
    if (length > 0) await retry(attempt, { ...options, progress: () => received });
    return bytes;
  }
}
