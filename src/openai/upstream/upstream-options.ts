import { RequestError } from '../../errors.ts';

/**
 * When an upstream answers a request that did not name it: this device cannot compute, or not get at the model; or it has
 * no room for it.
 */
export type FallbackCase = 'on-unavailable' | 'on-too-large';

/** A server with OpenAI's API that may answer in place of this device. */
export interface UpstreamOptions {
  /** A request for `name:model` goes to its `model`. */
  readonly name: string;
  /** Where its API is, `https://host/v1`; may be relative to the page. */
  readonly baseURL: string;
  /** Sent to it as `Authorization: Bearer …`. */
  readonly apiKey?: string | undefined;
  /** Sent to it with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /**
   * Its models, by its own names: they are listed as `name:model`. As a fallback answers the one of the name that was
   * asked for, else the first.
   */
  readonly models?: readonly string[] | undefined;
  /** Which failures of this device it answers instead of; `'never'` when absent. */
  readonly fallback?: 'never' | FallbackCase | readonly FallbackCase[] | undefined;
}

/** What begins other names of models. */
const RESERVED = new Set(['hf', 'mlc', 'http', 'https', 'blob', 'data']);

/**
 * Where an upstream's API is, without a slash at the end.
 *
 * @param page what a relative address is relative to.
 * @throws RequestError `invalid_upstream` for a name or an address that cannot be one.
 */
export function checkUpstream({ name, baseURL }: UpstreamOptions, page: string | undefined): string {
  if (!/^[a-z][\w-]*$/i.test(name) || RESERVED.has(name.toLowerCase())) {
    const expected = `a letter, then letters, digits, - and _, and none of ${[...RESERVED].join(', ')}`;
    throw invalid(`Invalid name of an upstream: given ${JSON.stringify(name)}, expected ${expected}.`);
  }
  const url = URL.canParse(baseURL, page) ? new URL(baseURL, page) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw invalid(
      `Invalid baseURL of ${name}: given ${JSON.stringify(baseURL)}, expected an address like https://host/v1.`,
    );
  }
  // Browsers ask no address with a password in it, and refuse it by its full text, which whoever asks would read.
  if (url.username || url.password || url.search || url.hash) {
    const given = `${url.origin}${url.pathname}`;
    throw invalid(
      `Invalid baseURL of ${name}: given ${given} with a user, a query or a fragment, expected none; use apiKey or headers.`,
    );
  }
  const address = url.href.replace(/\/+$/, '');
  if (page !== undefined && address === new URL('/v1', page).href) {
    throw invalid(`Invalid baseURL of ${name}: ${address} is answered here, so requests would go in a circle.`);
  }
  return address;
}

export function invalid(message: string): RequestError {
  return new RequestError(message, 'invalid_upstream', 'upstreams');
}
