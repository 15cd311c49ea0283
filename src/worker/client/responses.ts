import type {
  ResponseCreateParamsNonStreaming,
  ResponseCreateParamsStreaming,
  ResponseStreamEvent,
  Response as SdkResponse,
} from 'openai/resources/responses/responses';
import type { Api, RequestOptions } from './api.ts';
import type { EventStream } from './event-stream.ts';

type Params = ResponseCreateParamsNonStreaming | ResponseCreateParamsStreaming;
type OnWire = Omit<SdkResponse, 'output_text'>;

/** `responses` as the `openai` package has it. */
export class Responses {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /**
   * Answers an input, or goes on from `previous_response_id`.
   *
   * @throws IngleError what `/v1/responses` would answer; the signal's reason when it aborts first.
   */
  create(params: ResponseCreateParamsNonStreaming, options?: RequestOptions): Promise<SdkResponse>;
  create(params: ResponseCreateParamsStreaming, options?: RequestOptions): Promise<EventStream<ResponseStreamEvent>>;
  create(params: Params, options?: RequestOptions): Promise<SdkResponse | EventStream<ResponseStreamEvent>>;
  async create(params: Params, options?: RequestOptions): Promise<SdkResponse | EventStream<ResponseStreamEvent>> {
    if (params.stream) return this.#api.events('/responses', params, options);
    return withText(await this.#api.json('POST', '/responses', options, params));
  }

  /** @throws IngleError `response_not_found` for one that was not stored, or is forgotten by now. */
  async retrieve(id: string, options?: RequestOptions): Promise<SdkResponse> {
    return withText(await this.#api.json('GET', `/responses/${encodeURIComponent(id)}`, options));
  }

  /** @throws IngleError as {@link retrieve} does. */
  async delete(id: string, options?: RequestOptions): Promise<void> {
    await this.#api.json('DELETE', `/responses/${encodeURIComponent(id)}`, options);
  }
}

/** With all of its text in one string, as the `openai` package gives it. */
function withText(response: OnWire): SdkResponse {
  const parts = response.output.flatMap(item => (item.type === 'message' ? item.content : []));
  return { ...response, output_text: parts.map(part => (part.type === 'output_text' ? part.text : '')).join('') };
}
