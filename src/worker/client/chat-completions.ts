import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionCreateParamsStreaming,
} from 'openai/resources/chat/completions';
import type { Api, RequestOptions } from './api.ts';
import type { EventStream } from './event-stream.ts';

/** An answer as it is generated. */
export type ChatStream = EventStream<ChatCompletionChunk>;

type Params = ChatCompletionCreateParamsNonStreaming | ChatCompletionCreateParamsStreaming;

/** `chat.completions` as the `openai` package has it: the same parameters, the same answers. */
export class ChatCompletions {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /**
   * Answers a conversation. Loads the model first if it is not loaded.
   *
   * @throws IngleError what `/v1/chat/completions` would answer; the signal's reason when it aborts first.
   */
  create(params: ChatCompletionCreateParamsNonStreaming, options?: RequestOptions): Promise<ChatCompletion>;
  create(params: ChatCompletionCreateParamsStreaming, options?: RequestOptions): Promise<ChatStream>;
  create(params: Params, options?: RequestOptions): Promise<ChatCompletion | ChatStream>;
  create(params: Params, options?: RequestOptions): Promise<ChatCompletion | ChatStream> {
    const path = '/chat/completions';
    return params.stream ? this.#api.events(path, params, options) : this.#api.json('POST', path, options, params);
  }
}
