import { TransientFailure } from '../../retry.ts';
import { onAbort } from '../event-stream.ts';
import { readText } from '../read-text.ts';
import { errorOfAnswer, failed, UpstreamError } from './upstream-error.ts';

export interface Exchange {
  /** The upstream's, for messages. */
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
  /** What the answer must be: the beginning of its content type. */
  readonly type: 'application/json' | 'text/event-stream';
  /** A server that sends nothing for so long is given up. */
  readonly silenceMs: number;
}

/**
 * Sends a request and resolves once an answer of the right kind begins; its text then comes piece by piece.
 *
 * @throws TransientFailure for what may pass, UpstreamError, or the signal's reason.
 */
export async function exchange(options: Exchange, signal: AbortSignal): Promise<AsyncGenerator<string>> {
  const { name, silenceMs } = options;
  const over = new AbortController();
  onAbort(signal, reason => over.abort(reason));
  const silent = () => {
    const message = `${name} has sent nothing for ${silenceMs / 1000} s.`;
    over.abort(new UpstreamError(message, 'upstream_timeout', 504));
  };
  let timer = setTimeout(silent, silenceMs);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(silent, silenceMs);
  };
  const end = () => {
    clearTimeout(timer);
    over.abort();
  };
  try {
    const response = await send(options, over.signal);
    await check(response, options);
    return text(response, { name, heard, end }, over.signal);
  } catch (error) {
    end();
    throw error;
  }
}

async function send({ name, url, headers, body, type }: Exchange, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: type, ...headers },
      body: JSON.stringify(body),
      signal,
      // The prompt goes to the server that was configured and to no other, and nothing of the visitor's goes with it.
      redirect: 'error',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
    });
  } catch (cause) {
    signal.throwIfAborted();
    // A browser does not tell a page whether CORS or the network was in the way.
    const hint = 'It is down, unreachable, redirects, or does not allow this page to ask it (CORS)';
    const message = `${name} (${new URL(url).origin}) could not be asked: ${cause instanceof Error ? cause.message : cause}. ${hint}.`;
    throw new TransientFailure(new UpstreamError(message, 'upstream_unavailable', 503));
  }
}

async function check(response: Response, { name, type }: Exchange): Promise<void> {
  const { status } = response;
  if (!response.ok) {
    const error = await errorOfAnswer(name, response);
    const mayPass = status === 408 || status === 429 || status >= 500;
    throw mayPass ? new TransientFailure(error, error.retryAfterMs) : error;
  }
  const given = response.headers.get('Content-Type') ?? 'no content type';
  if (!given.startsWith(type)) throw failed(name, `answered with ${given} where ${type} was asked for`);
}

async function* text(
  { body }: Response,
  { name, heard, end }: { name: string; heard: () => void; end: () => void },
  signal: AbortSignal,
): AsyncGenerator<string> {
  try {
    for await (const piece of readText(body)) {
      heard();
      yield piece;
    }
  } catch (cause) {
    signal.throwIfAborted();
    throw failed(name, `broke off in the middle of its answer: ${cause instanceof Error ? cause.message : cause}`);
  } finally {
    end();
  }
}
