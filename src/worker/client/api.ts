import { readText } from '../../openai/read-text.ts';
import type { Fetch } from '../http-port.ts';
import { errorOfResponse } from './api-error.ts';
import { EventStream } from './event-stream.ts';

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
}

/** The worker's HTTP API, from the page's side. */
export class Api {
  readonly #fetch: Fetch;
  readonly #headers: Record<string, string>;

  constructor(fetch: Fetch, apiKey: string | undefined) {
    this.#fetch = fetch;
    this.#headers = {
      'Content-Type': 'application/json',
      ...(apiKey !== undefined && { Authorization: `Bearer ${apiKey}` }),
    };
  }

  /**
   * The JSON that a path answers.
   *
   * @throws IngleError what the API answers instead; the signal's reason when it aborts first.
   */
  async json<Answer>(method: string, path: string, options: RequestOptions = {}, params?: object): Promise<Answer> {
    const response = await this.#send(method, path, params, options.signal);
    let text = '';
    for await (const piece of readText(response.body)) text += piece;
    return JSON.parse(text);
  }

  /** The events that a path answers; throws as {@link json} does. */
  async events<Event>(path: string, params: object, { signal }: RequestOptions = {}): Promise<EventStream<Event>> {
    const controller = new AbortController();
    const either = signal ? AbortSignal.any([signal, controller.signal]) : controller.signal;
    const response = await this.#send('POST', path, params, either);
    return new EventStream(response.body, controller);
  }

  async #send(
    method: string,
    path: string,
    params: object | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Response> {
    // No server has this name: the request is answered in the worker, by its path.
    const request = new Request(`http://ingle.invalid/v1${path}`, {
      method,
      headers: this.#headers,
      ...(params && { body: JSON.stringify(params) }),
      ...(signal && { signal }),
    });
    const response = await this.#fetch(request);
    if (!response.ok) throw await errorOfResponse(response);
    return response;
  }
}
