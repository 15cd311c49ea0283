import type {
  Completion,
  CompletionCreateParamsNonStreaming,
  CompletionCreateParamsStreaming,
} from 'openai/resources/completions';
import type { Api, RequestOptions } from './api.ts';
import type { EventStream } from './event-stream.ts';

type Params = CompletionCreateParamsNonStreaming | CompletionCreateParamsStreaming;

/** `completions` as the `openai` package has it. */
export class Completions {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /**
   * Continues a text as it stands.
   *
   * @throws IngleError what `/v1/completions` would answer; the signal's reason when it aborts first.
   */
  create(params: CompletionCreateParamsNonStreaming, options?: RequestOptions): Promise<Completion>;
  create(params: CompletionCreateParamsStreaming, options?: RequestOptions): Promise<EventStream<Completion>>;
  create(params: Params, options?: RequestOptions): Promise<Completion | EventStream<Completion>>;
  create(params: Params, options?: RequestOptions): Promise<Completion | EventStream<Completion>> {
    const path = '/completions';
    return params.stream ? this.#api.events(path, params, options) : this.#api.json('POST', path, options, params);
  }
}
