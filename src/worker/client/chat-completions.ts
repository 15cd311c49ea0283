import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionCreateParamsStreaming,
} from 'openai/resources/chat/completions';
import type { Api, RequestOptions } from './api.ts';
import type { EventStream } from './event-stream.ts';

/** What is taken beside OpenAI's parameters; docs/api.md says what becomes of each. */
export interface ChatExtensions {
  timeout?: number | null;
  top_k?: number | null;
  min_p?: number | null;
  repetition_penalty?: number | null;
  ignore_eos?: boolean | null;
  reasoning_format?: 'apart' | 'inline' | null;
  chat_template_kwargs?: Record<string, unknown> | null;
}

interface OtherFormats {
  response_format?:
    | ChatCompletionCreateParamsNonStreaming['response_format']
    | { type: 'grammar'; grammar: string }
    | { type: 'regex'; regex: string };
}

type Extended<Params> = Omit<Params, 'response_format'> & OtherFormats & ChatExtensions;

/** What the model thought before it answered, where it did. */
interface Thought {
  reasoning_content?: string;
}

/** An answer as a whole. */
export interface ChatAnswer extends Omit<ChatCompletion, 'choices'> {
  choices: (ChatCompletion.Choice & { message: Thought })[];
}

/** A piece of an answer. */
export interface ChatChunk extends Omit<ChatCompletionChunk, 'choices'> {
  choices: (ChatCompletionChunk.Choice & { delta: Thought })[];
}

/** An answer as it is generated. */
export type ChatStream = EventStream<ChatChunk>;

type WholeParams = Extended<ChatCompletionCreateParamsNonStreaming>;
type StreamParams = Extended<ChatCompletionCreateParamsStreaming>;
type Params = WholeParams | StreamParams;

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
  create(params: WholeParams, options?: RequestOptions): Promise<ChatAnswer>;
  create(params: StreamParams, options?: RequestOptions): Promise<ChatStream>;
  create(params: Params, options?: RequestOptions): Promise<ChatAnswer | ChatStream>;
  create(params: Params, options?: RequestOptions): Promise<ChatAnswer | ChatStream> {
    const path = '/chat/completions';
    return params.stream ? this.#api.events(path, params, options) : this.#api.json('POST', path, options, params);
  }
}
