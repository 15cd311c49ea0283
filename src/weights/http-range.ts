import { ModelError } from '../errors.ts';
import { retryAfterMs, TransientFailure } from '../retry.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What all answers about one file have to agree on. */
export interface RemoteFile {
  readonly size: number;
  /** The ETag, else the date of the last change. */
  readonly version: string | undefined;
}

export interface RangeRequest {
  readonly url: string;
  readonly start: number;
  /** Where the bytes go; its length is the range's, and may reach beyond the end of the file. */
  readonly target: Uint8Array<ArrayBuffer>;
  /** What earlier answers said of the file. */
  readonly known?: RemoteFile;
  readonly fetch: Fetch;
  readonly stallMs: number;
  readonly signal: AbortSignal | undefined;
  /** Told how many bytes were added to `target`. */
  readonly onPiece?: (length: number) => void;
}

/**
 * One request for a range, from its headers to its last byte.
 *
 * An answer about another version of the file is refused by its ETag. The `If-Range` header would do that too, but it
 * costs a CORS preflight, which file servers seldom allow; `Range` alone costs none
 * (https://fetch.spec.whatwg.org/#cors-safelisted-request-header).
 *
 * @throws TransientFailure when it is worth another attempt, else ModelError, or the signal's reason.
 */
export async function fetchRange(request: RangeRequest): Promise<RemoteFile> {
  const { url, start, target, signal } = request;
  const exchange = new AbortController();
  const step: Step = async promise => {
    const stalled = () => exchange.abort(new Error(`nothing arrived for ${request.stallMs / 1000} s`));
    const timer = setTimeout(stalled, request.stallMs);
    try {
      return await promise;
    } catch (cause) {
      signal?.throwIfAborted();
      throw new TransientFailure(networkFailure(url, cause));
    } finally {
      clearTimeout(timer);
    }
  };
  try {
    const init: RequestInit = {
      headers: { Range: `bytes=${start}-${start + target.length - 1}` },
      // The bytes go into our own storage; the HTTP cache would keep them a second time.
      cache: 'no-store',
      signal: signal ? AbortSignal.any([signal, exchange.signal]) : exchange.signal,
    };
    const response = await step(request.fetch(url, init));
    const file = checkAnswer(response, request);
    await receive(response, request, file.size, step);
    return file;
  } finally {
    // Drops the connection of an answer that was refused, whose body may be the whole file.
    exchange.abort();
  }
}

/** Waits for the network, which may fail or fall silent. */
type Step = <T>(promise: Promise<T>) => Promise<T>;

async function receive(response: Response, request: RangeRequest, size: number, step: Step): Promise<void> {
  const { url, start, target, onPiece } = request;
  const wanted = Math.min(target.length, size - start);
  const reader = response.body?.getReader();
  let filled = 0;
  while (reader) {
    const { done, value } = await step(reader.read());
    if (done) break;
    if (filled + value.length > wanted) throw rangesUnsupported(url, 'sends more bytes than it was asked for');
    target.set(value, filled);
    filled += value.length;
    onPiece?.(value.length);
  }
  if (filled === wanted) return;
  const message = `${url} sent ${filled} bytes where ${wanted} were asked for.`;
  throw new TransientFailure(new ModelError(message, 'model_download_failed'));
}

function checkAnswer(response: Response, request: RangeRequest): RemoteFile {
  if (response.status !== 206) throw refusal(response, request.url);
  const size = checkContentRange(response, request);
  const version = response.headers.get('ETag') ?? response.headers.get('Last-Modified') ?? undefined;
  const { known } = request;
  if (known && (known.size !== size || known.version !== version)) {
    throw new ModelError(`${request.url} was changed while it was being read. Load it again.`, 'model_download_failed');
  }
  return { size, version };
}

/** @returns the size of the whole file. */
function checkContentRange(response: Response, { url, start, target }: RangeRequest): number {
  const header = response.headers.get('Content-Range');
  if (header === null) {
    const hint = 'a server on another origin must send Access-Control-Expose-Headers: Content-Range, ETag';
    throw rangesUnsupported(url, `sends a part of the file, but no Content-Range that this page can read; ${hint}`);
  }
  const [first, last, size] = (/^bytes (\d+)-(\d+)\/(\d+)$/.exec(header) ?? []).slice(1).map(Number);
  if (first !== start || last === undefined || last >= start + target.length || size === undefined || last >= size) {
    const asked = `bytes ${start} to ${start + target.length - 1}`;
    throw rangesUnsupported(url, `answers a request for ${asked} with "Content-Range: ${header}"`);
  }
  return size;
}

function refusal(response: Response, url: string): ModelError | TransientFailure {
  const { status } = response;
  if (status === 200) return rangesUnsupported(url, 'answers with the whole file');
  const answer = `${url} answered ${status} ${response.statusText}`.trimEnd();
  if (status === 404 || status === 410) return new ModelError(`${answer}.`, 'model_not_found');
  if (status === 416) return new ModelError(`${answer}: the file is empty, or was cut short.`, 'invalid_gguf');
  const hint = status === 401 || status === 403 ? ': the file may be private, or not there' : '';
  const failure = new ModelError(`${answer}${hint}.`, 'model_download_failed');
  const mayPass = status === 408 || status === 429 || status >= 500;
  return mayPass ? new TransientFailure(failure, retryAfterMs(response)) : failure;
}

function rangesUnsupported(url: string, what: string): ModelError {
  return new ModelError(`${url} ${what}; a model file needs a server that honours byte ranges.`, 'ranges_unsupported');
}

function networkFailure(url: string, cause: unknown): ModelError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const here = globalThis.location?.origin;
  // A browser does not tell a page whether CORS or the network was in the way.
  const hint =
    here !== undefined && new URL(url).origin !== here
      ? ` If the server is up, it does not allow this page to read the file (Access-Control-Allow-Origin: ${here}).`
      : '';
  return new ModelError(`${url} could not be read: ${reason}.${hint}`, 'model_download_failed', { cause });
}
