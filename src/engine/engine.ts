/**
 * The seam between inference and everything that speaks OpenAI: a prompt goes in, tokens come out.
 * `openai/` and `chat/` know this file alone; `engine/native`, `engine/wasm` and `engine/mlc` implement it, and tests
 * bring a scripted one.
 */

import type { Grammar } from '../grammar/grammar.ts';
import type { Sampling } from '../sampler/sampling.ts';

export type { Grammar, Sampling };

export interface Engine {
  readonly info: ModelInfo;
  /**
   * Runs one request. Events of several choices may interleave; each choice ends with one `finish` event.
   * Aborting `signal` ends the iteration within one token by throwing the signal's reason; so does `return()`.
   *
   * @throws RequestError `context_length_exceeded` when the prompt leaves no room for a token; `invalid_json_schema` or
   * `invalid_grammar` for a grammar that cannot be enforced.
   */
  generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<TokenEvent>;
  /**
   * One embedding an input.
   *
   * @throws RequestError `context_length_exceeded` when an input is longer than the context.
   */
  embed?(inputs: readonly Prompt[], signal: AbortSignal): Promise<Embedding[]>;
  dispose(): Promise<void>;
}

/** What is known of a loaded model. Plain data: it crosses threads. */
export interface ModelInfo {
  /** The name that requests use. */
  readonly id: string;
  /** What kind of engine runs it: `native` on the GPU, `wasm` on the processor, `mlc` by web-llm. */
  readonly engine: string;
  readonly architecture: string;
  /** Tokens that prompt and answer may fill together. */
  readonly contextLength: number;
  readonly vocabularySize: number;
  /** How keys and values are kept; absent where that is not known. */
  readonly cacheType?: CacheType;
  /** What it takes on the GPU; absent where that is not known, or it is not there. */
  readonly gpuBytes?: number;
  readonly capabilities: { readonly chat: boolean; readonly completion: boolean; readonly embedding: boolean };
  /** Jinja source from the model file; `undefined` when it has none. */
  readonly chatTemplate: string | undefined;
  readonly bosToken: string;
  readonly eosToken: string;
  /** Texts that the tokenizer turns into control tokens when they stand in trusted text. */
  readonly controlTokens: readonly string[];
  /** The name of the format in which the model calls tools; found by its template when absent. */
  readonly toolFormat?: string;
  /** Sampling that the model's file recommends; used where a request is silent. */
  readonly defaultSampling: Partial<Sampling>;
  /**
   * What this GPU computed wrongly when its kernels were tried, so that slower ones stand in for them; absent where all
   * were right.
   */
  readonly replacedKernels?: readonly string[];
  /** Names engine, model and kernels: equal fingerprints and seeds give equal text, as {@link Sampling.seed} says. */
  readonly fingerprint: string;
}

/** How a model is set up where it runs; what is absent is chosen to fit. Plain data. */
export interface ModelSettings {
  /** Tokens that prompt and answer may fill together. */
  readonly contextLength?: number | undefined;
  /** How keys and values are kept: f16 by default; q8 takes about half of that, f32 twice as much. */
  readonly cacheType?: CacheType | undefined;
}

type CacheType = 'f16' | 'f32' | 'q8';

export interface GenerateRequest {
  prompt: Prompt;
  sampling: Sampling;
  /** Tokens at most for each choice; the rest of the context when absent. */
  maxTokens?: number;
  /** Texts that end a choice; they are never part of the output. */
  stop: readonly string[];
  /** How many answers to draw for the prompt, at least 1. */
  choices: number;
  /** Holds the output to a language. Data, so that each engine compiles it in its own way. */
  grammar?: Grammar;
  /** Control tokens whose texts show in the output, and may be what the grammar asks for; others never show. */
  keep?: readonly string[];
  /** How many of the likeliest alternatives to report with each token (0 to 20); no log-probabilities when absent. */
  topLogprobs?: number;
  /** Go on after an end-of-generation token, as if it were text. With a grammar, its end is the end all the same. */
  ignoreEos?: boolean;
}

/** Token ids as they are, or text in segments. */
export type Prompt = { ids: readonly number[] } | { segments: readonly PromptSegment[] };

/**
 * A stretch of prompt text. Control tokens are recognised within trusted segments only; neighbouring segments are
 * otherwise tokenised as one text.
 */
export interface PromptSegment {
  readonly text: string;
  readonly trusted: boolean;
}

export type TokenEvent = TokenPiece | Finish;

/** A generated token. `text` may be empty while a code point, or what may become a stop string, is incomplete. */
export interface TokenPiece {
  readonly type: 'token';
  readonly choice: number;
  /** Absent where the engine is not told: web-llm gives texts. */
  readonly id?: number;
  readonly text: string;
  readonly logprob?: TokenLogprob;
  readonly topLogprobs?: readonly TokenLogprob[];
}

export interface TokenLogprob {
  readonly token: string;
  /** The token's own bytes, which need not be whole UTF-8. */
  readonly bytes: readonly number[];
  /** Natural logarithm of the probability before sampling parameters. */
  readonly logprob: number;
}

export interface Finish {
  readonly type: 'finish';
  readonly choice: number;
  readonly reason: 'stop' | 'length';
  /** Text that was held back and turned out not to be a stop string. */
  readonly text: string;
  readonly usage: Usage;
}

/** Token counts of one choice. */
export interface Usage {
  readonly promptTokens: number;
  /** Of those, taken from the KV cache. */
  readonly cachedTokens: number;
  readonly completionTokens: number;
}

export interface Embedding {
  /** L2-normalised, as long as the model is wide. */
  readonly vector: Float32Array;
  /** Tokens of the input. */
  readonly tokens: number;
}

/** Where `openai/` gets its engines from: the composition root keeps them, loads and lists them. */
export interface EngineProvider {
  /** Models that answer at once or after loading; the default first. */
  list(): Promise<ModelEntry[]>;
  /**
   * The engine for a model's name, loaded if need be; the default model for `undefined`.
   *
   * @throws ModelError `model_not_found` and what loading throws.
   */
  open(model: string | undefined, signal: AbortSignal): Promise<Engine>;
}

/** One line of the models list. */
export interface ModelEntry {
  readonly id: string;
  readonly ownedBy: string;
  /** Seconds since 1970 when it was stored or published; 0 when unknown. */
  readonly created: number;
  readonly loaded: boolean;
  readonly contextLength?: number;
  /** Known once a model was loaded. */
  readonly capabilities?: ModelInfo['capabilities'];
  readonly bytes?: number;
  /** The name of the upstream that answers for it, away from this device; absent for models that run here. */
  readonly upstream?: string;
}
