import type { CreateEmbeddingResponse, EmbeddingCreateParams } from 'openai/resources/embeddings';
import type { Api, RequestOptions } from './api.ts';

/** `embeddings` as the `openai` package has it. */
export class Embeddings {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /**
   * One vector for each input, in their order.
   *
   * @throws IngleError what `/v1/embeddings` would answer; the signal's reason when it aborts first.
   */
  create(params: EmbeddingCreateParams, options?: RequestOptions): Promise<CreateEmbeddingResponse> {
    return this.#api.json('POST', '/embeddings', options, params);
  }
}
