import { IngleError, toPlainError } from '../../errors.ts';
import { type BackOff, retry, TransientFailure } from '../../retry.ts';
import { acceptsEvents, ENGINE_HEADER } from '../answer.ts';
import { errorResponse } from '../error-response.ts';
import { eventData } from '../event-data.ts';
import { eventStreamResponse } from '../event-stream.ts';
import { Queue, type Turn } from '../queue.ts';
import { RESPONSE_EVENTS } from '../responses/response-events.ts';
import { toldError } from '../told-error.ts';
import { wholeResponse } from '../whole-response.ts';
import { Breaker } from './breaker.ts';
import { type Exchange, exchange } from './exchange.ts';
import { failed, UpstreamError } from './upstream-error.ts';
import type { FallbackCase, UpstreamOptions } from './upstream-options.ts';

/** How long to hold on to a server that fails. */
export interface UpstreamPatience extends BackOff {
  /** Before any of the answer is there; after that there are none. */
  readonly retries: number;
  /** A server that sends nothing for so long is given up. */
  readonly silenceMs: number;
  /** How long it is left alone after failures in a row. */
  readonly restMs: number;
}

const DEFAULT_PATIENCE: UpstreamPatience = {
  retries: 2,
  firstDelayMs: 500,
  longestDelayMs: 30_000,
  silenceMs: 300_000, // an answer that is not streamed takes minutes, and a queue before it
  restMs: 30_000,
};

/** This device's failures that an upstream can answer instead of, by their codes. */
const CASES: Record<FallbackCase, readonly string[]> = {
  'on-unavailable': [
    'webgpu_unavailable', // where the processor cannot run the model either, or may not
    'gpu_unreliable', // likewise
    'device_lost',
    'engine_unavailable',
    'storage_unavailable',
    'out_of_memory',
    'model_download_failed', // the model is not on this device, and does not come
  ],
  'on-too-large': ['model_too_large', 'out_of_memory', 'quota_exceeded', 'context_length_exceeded'],
};

/** The JSON of a request. */
export type RequestBody = Readonly<Record<string, unknown>>;

/** One server: asks it, and gives its answers as ours are given. */
export class Upstream {
  readonly name: string;
  readonly models: readonly string[];
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #fallback: readonly FallbackCase[];
  readonly #patience: UpstreamPatience;
  readonly #breaker: Breaker;
  /** It has no limit: the server says itself when it has enough. */
  readonly #queue = new Queue(Number.POSITIVE_INFINITY);

  /** @param url where its API is, without a slash at the end. */
  constructor(options: UpstreamOptions, url: string, patience: Partial<UpstreamPatience> = {}) {
    const { name, apiKey, headers, models = [], fallback = 'never' } = options;
    this.name = name;
    this.models = models;
    this.#url = url;
    this.#headers = { ...headers, ...(apiKey !== undefined && { Authorization: `Bearer ${apiKey}` }) };
    this.#fallback = [fallback].flat().filter(rule => rule !== 'never');
    this.#patience = { ...DEFAULT_PATIENCE, ...patience };
    this.#breaker = new Breaker(this.#patience.restMs);
  }

  /** Whether it is to answer instead of this device, which has failed with this error, or one that another caused. */
  answersInstead(error: unknown): boolean {
    const { code } = toPlainError(error);
    if (this.#fallback.some(rule => CASES[rule].includes(code))) return true;
    return error instanceof IngleError && error.cause instanceof IngleError && this.answersInstead(error.cause);
  }

  /**
   * Its answer to a request of ours, or the error that there is instead, signed by it.
   *
   * @param model by its own name; its own default when absent.
   * @throws the request's reason when it is aborted.
   */
  async answer(request: Request, { timeout, ...body }: RequestBody, model: string | undefined): Promise<Response> {
    const path = new URL(request.url).pathname.slice('/v1'.length);
    const turn = this.#queue.enter(typeof timeout === 'number' && timeout > 0 ? timeout : undefined);
    const streams = path !== '/embeddings' && (body.stream ?? acceptsEvents(request)) === true;
    const asked = {
      ...{ name: this.name, url: this.#url + path, headers: this.#headers, silenceMs: this.#patience.silenceMs },
      type: streams ? ('text/event-stream' as const) : ('application/json' as const),
      body: { ...body, ...(model !== undefined && { model }), ...(streams && { stream: true }) },
    };
    const pieces = (signal: AbortSignal) => this.#pieces(asked, turn, signal);
    const response = await (streams
      ? eventStreamResponse(
          signal => this.#events(pieces(signal)),
          request,
          path === '/responses' ? RESPONSE_EVENTS : undefined,
        )
      : // Servers send the head of a whole answer with its end: no earlier one could keep their statuses.
        wholeResponse(pieces, text => this.#whole(text), request, { headAtOnce: false })
    ).catch((error: unknown) => {
      turn.end();
      request.signal.throwIfAborted();
      return refusal(error);
    });
    response.headers.set(ENGINE_HEADER, `upstream:${this.name}`);
    return response;
  }

  async *#pieces(asked: Exchange, turn: Turn, signal: AbortSignal): AsyncGenerator<string> {
    const limited = turn.limit(signal);
    try {
      const { retries } = this.#patience;
      yield* await retry(() => this.#attempt(asked, limited), { retries, backOff: this.#patience, signal: limited });
    } finally {
      turn.end();
    }
  }

  async #attempt(asked: Exchange, signal: AbortSignal): Promise<AsyncGenerator<string>> {
    const wait = this.#breaker.enter();
    if (wait > 0) {
      const message = `${this.name} has failed several times in a row, and is left alone for ${Math.ceil(wait / 1000)} s.`;
      throw new UpstreamError(message, 'upstream_unavailable', 503, { retryAfterMs: wait });
    }
    try {
      const text = await exchange(asked, signal);
      this.#breaker.succeeded();
      return text;
    } catch (error) {
      const failure = error instanceof TransientFailure ? error.failure : error;
      if (!(failure instanceof UpstreamError)) throw error; // aborted
      // Who refuses a request, or asks for patience, is in good health.
      if (failure.status < 500) this.#breaker.succeeded();
      else this.#breaker.failed();
      throw this.#breaker.isOpen ? failure : error;
    }
  }

  async #whole(pieces: AsyncIterable<string>): Promise<unknown> {
    let text = '';
    for await (const piece of pieces) text += piece;
    return this.#signed(this.#parse(text));
  }

  async *#events(pieces: AsyncIterable<string>): AsyncGenerator<unknown> {
    for await (const data of eventData(pieces)) {
      if (data === '[DONE]') return;
      const event = this.#parse(data);
      yield this.#signed(event);
      if (/^(error|response\.(completed|incomplete|failed))$/.test(String(event.type))) return;
    }
    throw failed(this.name, 'broke off before the end of its answer');
  }

  /** Whatever it says is an object, or nonsense. */
  #parse(text: string): RequestBody {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      value = undefined;
    }
    if (isObject(value)) return value;
    throw failed(this.name, 'sent something that is no JSON object');
  }

  /** An answer, or an event of one, that names who has answered. */
  #signed(answer: RequestBody): unknown {
    const { model, response, system_fingerprint: own } = answer;
    const told = 'error' in answer && !('object' in answer) && !('type' in answer) ? toldError(answer) : undefined;
    if (told) throw new UpstreamError(`${this.name}: ${told.message}`, told.code ?? 'upstream_failed', 502);
    return {
      ...answer,
      ...(typeof model === 'string' && { model: `${this.name}:${model}` }),
      ...('choices' in answer && {
        system_fingerprint: [`ingle-upstream-${this.name}`, own].filter(Boolean).join('-'),
      }),
      ...(isObject(response) && { response: this.#signed(response) }),
    };
  }
}

/** A client would ask another three times for what has been asked for often enough. */
function refusal(error: unknown): Response {
  const response = errorResponse(error);
  response.headers.set('X-Should-Retry', 'false');
  const wait = error instanceof UpstreamError ? error.retryAfterMs : undefined;
  if (wait !== undefined) response.headers.set('Retry-After', String(Math.ceil(wait / 1000)));
  return response;
}

function isObject(value: unknown): value is RequestBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
