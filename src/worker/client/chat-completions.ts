import type {
  ChatCompletion,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionCreateParamsStreaming,
} from 'openai/resources/chat/completions';
import type { Fetch } from '../http-port.ts';
import { errorOfResponse } from './api-error.ts';
import { ChatStream } from './chat-stream.ts';
import { readText } from './read-text.ts';

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
}

/** `chat.completions` as the `openai` package has it: the same parameters, the same answers. */
export class ChatCompletions {
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
   * Answers a conversation. Loads the model first if it is not loaded.
   *
   * @throws IngleError what `/v1/chat/completions` would answer; the signal's reason when it aborts first.
   */
  create(params: ChatCompletionCreateParamsNonStreaming, options?: RequestOptions): Promise<ChatCompletion>;
  create(params: ChatCompletionCreateParamsStreaming, options?: RequestOptions): Promise<ChatStream>;
  create(
    params: ChatCompletionCreateParamsNonStreaming | ChatCompletionCreateParamsStreaming,
    options?: RequestOptions,
  ): Promise<ChatCompletion | ChatStream>;
  async create(
    params: ChatCompletionCreateParamsNonStreaming | ChatCompletionCreateParamsStreaming,
    { signal }: RequestOptions = {},
  ): Promise<ChatCompletion | ChatStream> {
    const controller = new AbortController();
    // No server has this name: the request is answered in the worker, by its path.
    const request = new Request('http://ingle.invalid/v1/chat/completions', {
      method: 'POST',
      headers: this.#headers,
      body: JSON.stringify(params),
      signal: signal ? AbortSignal.any([signal, controller.signal]) : controller.signal,
    });
    const response = await this.#fetch(request);
    if (!response.ok) throw await errorOfResponse(response);
    if (params.stream) return new ChatStream(response.body, controller);
    let text = '';
    for await (const piece of readText(response.body)) text += piece;
    return JSON.parse(text);
  }
}
