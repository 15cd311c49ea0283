import { EnvironmentError, isAbort, ModelError, RequestError } from '../../errors.ts';
import type { ByteSource } from '../../gguf/byte-source.ts';
import type { Gguf } from '../../gguf/gguf.ts';
import type { Metadata } from '../../gguf/metadata.ts';
import { checkSettings, checkTrained } from '../../model/fit.ts';
import { createTokenizer, type Tokenizer } from '../../tokenizer/tokenizer.ts';
import type { Engine, ModelSettings } from '../engine.ts';
import { LogitsEngine } from '../logits/logits-engine.ts';
import { describeModel, hash } from '../logits/model-info.ts';
import { Llama } from './llama.ts';
import { LlamaModel, type LlamaModelOptions } from './llama-model.ts';

/** A model that llama.cpp may run, with what was read of its header. */
export interface WasmModel {
  readonly metadata: Metadata;
  readonly tokenizer: Tokenizer;
  /** Tokens. */
  readonly contextLength: number;
}

export interface WasmOptions extends Pick<LlamaModelOptions, 'signal' | 'onUpload' | 'onCompile' | 'onLost'> {
  /** The name that requests will use. */
  readonly id: string;
  readonly toolFormat?: string | undefined;
}

/** What llama.cpp is asked for here; its embeddings are not. */
export const WASM_CAPABILITIES = { chat: true, completion: true, embedding: false } as const;

/** What the module can open: it counts in signed 32 bits. */
const MOST_FILE_BYTES = 2 ** 31 - 1;
const DEFAULT_CONTEXT = 4096;
/** llama.cpp's own, which it is left with. */
const CACHE_TYPE = 'f16';
/** More gain nothing: a step waits for memory. */
const MOST_THREADS = 8;

/**
 * Reads what the header tells, and refuses a model that cannot run on the processor here.
 *
 * @param asked how the cache must be
 * @param preferred how long it should be where the model allows; its type is llama.cpp's
 * @throws ModelError `model_too_large`, `unsupported_tokenizer`, `invalid_gguf`; EnvironmentError `webgpu_unavailable` for
 * a model that embeds; RequestError `invalid_value` for settings that cannot be had here
 */
export function inspectForWasm(
  { metadata }: Gguf,
  bytes: number,
  asked: ModelSettings = {},
  preferred: ModelSettings = {},
): WasmModel {
  checkSettings(asked);
  checkSettings(preferred);
  if (asked.cacheType !== undefined && asked.cacheType !== CACHE_TYPE) {
    const message = `cacheType is ${asked.cacheType}; without WebGPU it is ${CACHE_TYPE}.`;
    throw new RequestError(message, 'invalid_value', 'cacheType');
  }
  if (bytes > MOST_FILE_BYTES) {
    const message = `The model has ${bytes} bytes; without WebGPU it may have ${MOST_FILE_BYTES}.`;
    throw new ModelError(message, 'model_too_large');
  }
  const architecture = metadata.string('general.architecture');
  if (metadata.optionalNumber(`${architecture}.pooling_type`)) {
    throw new EnvironmentError('Models that embed texts need WebGPU.', 'webgpu_unavailable');
  }
  const trained = metadata.number(`${architecture}.context_length`);
  checkTrained(asked, trained);
  const contextLength = asked.contextLength ?? Math.min(preferred.contextLength ?? DEFAULT_CONTEXT, trained);
  return { metadata, tokenizer: createTokenizer(metadata), contextLength };
}

/**
 * Brings a model to llama.cpp, in a worker of its own.
 *
 * @throws ModelError `unsupported_architecture` for what llama.cpp refuses, EnvironmentError `engine_unavailable`,
 * `out_of_memory`, and what the source throws; nothing stays in memory then
 */
export async function loadWasmEngine(source: ByteSource, model: WasmModel, options: WasmOptions): Promise<Engine> {
  const { metadata, tokenizer, contextLength } = model;
  const threads = globalThis.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, MOST_THREADS) : 1;
  const { vocabularySize } = tokenizer;
  const llama = new Llama();
  try {
    await start(llama, threads);
    const logits = await LlamaModel.load(llama, source, { ...options, contextLength, vocabularySize, threads });
    const fingerprint = `ingle-wasm-${hash(options.id)}`;
    const { id, toolFormat } = options;
    const capabilities = WASM_CAPABILITIES;
    const known = { id, toolFormat, engine: 'wasm', contextLength, cacheType: CACHE_TYPE, capabilities } as const;
    const info = describeModel({ ...known, metadata, tokenizer, fingerprint });
    return new LogitsEngine(logits, tokenizer, info);
  } catch (error) {
    llama.end();
    throw explain(error, source.name, options.signal);
  }
}

async function start(llama: Llama, threads: number): Promise<void> {
  try {
    await llama.start(threads);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EnvironmentError(`llama.cpp could not be started: ${reason}.`, 'engine_unavailable', { cause });
  }
}

/** Ours pass; of the others memory is known by what engines and the module call it. */
function explain(error: unknown, name: string, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted || isAbort(error) || error instanceof ModelError || error instanceof EnvironmentError)
    return error;
  const reason = error instanceof Error ? error.message : String(error);
  if (/memory|OOM|no room|alloc/i.test(reason)) {
    return new EnvironmentError(`There is not enough memory for ${name}: ${reason}.`, 'out_of_memory', {
      cause: error,
    });
  }
  return new ModelError(`llama.cpp cannot run ${name}: ${reason}.`, 'unsupported_architecture', { cause: error });
}
