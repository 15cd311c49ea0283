/**
 * Every failure that a user of Ingle can meet, with what an OpenAI client expects to find on it: a machine-readable
 * `code`, the HTTP `status` it has at `/v1`, and the request's `param` that caused it, where one did.
 *
 * Shape: OpenAI's error object, https://platform.openai.com/docs/guides/error-codes
 */
export class IngleError extends Error {
  readonly code: string;
  readonly status: number;
  readonly param: string | null;

  constructor(message: string, options: ErrorDetails) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = options.code;
    this.status = options.status;
    this.param = options.param ?? null;
  }
}

export interface ErrorDetails {
  code: string;
  status: number;
  param?: string | null;
  cause?: unknown;
}

/** The request cannot be honoured as it was written. 400 unless a more exact 4xx is given. */
export class RequestError extends IngleError {
  constructor(message: string, code: string, param: string | null = null, status = 400) {
    super(message, { code, status, param });
  }
}

/** A model file that cannot be used: not found, malformed, unsupported, or too large for this device. */
export class ModelError extends IngleError {
  constructor(message: string, code: ModelErrorCode, options: { cause?: unknown; status?: number } = {}) {
    super(message, { code, status: options.status ?? MODEL_STATUS[code], param: 'model', cause: options.cause });
  }
}

export type ModelErrorCode =
  | 'model_not_found' // no such name, or the server answered 404
  | 'model_download_failed' // network failure, or the server answered with another error
  | 'ranges_unsupported' // the server ignores byte ranges
  | 'invalid_gguf' // not a GGUF file, truncated, or its parts contradict each other
  | 'unsupported_architecture'
  | 'unsupported_tensor_type'
  | 'unsupported_tokenizer'
  | 'model_too_large'; // does not fit this device's limits

const MODEL_STATUS: Record<ModelErrorCode, number> = {
  model_not_found: 404,
  model_download_failed: 502,
  ranges_unsupported: 502,
  invalid_gguf: 422,
  unsupported_architecture: 422,
  unsupported_tensor_type: 422,
  unsupported_tokenizer: 422,
  model_too_large: 507,
};

/** The browser or machine lacks something that Ingle needs: WebGPU, IndexedDB, room on the disk, the GPU itself. */
export class EnvironmentError extends IngleError {
  declare readonly code: EnvironmentErrorCode;

  constructor(message: string, code: EnvironmentErrorCode, options: { cause?: unknown } = {}) {
    super(message, { code, status: ENVIRONMENT_STATUS[code], cause: options.cause });
  }
}

export type EnvironmentErrorCode =
  | 'webgpu_unavailable'
  | 'device_lost'
  | 'gpu_unreliable' // it computes wrong numbers
  | 'out_of_memory'
  | 'storage_unavailable' // no IndexedDB: private mode, or switched off
  | 'quota_exceeded'
  | 'engine_unavailable'; // no tab hosts the engine

const ENVIRONMENT_STATUS: Record<EnvironmentErrorCode, number> = {
  webgpu_unavailable: 503,
  device_lost: 503,
  gpu_unreliable: 503,
  out_of_memory: 507,
  storage_unavailable: 507,
  quota_exceeded: 507,
  engine_unavailable: 503,
};

/** What crosses a thread or a wire instead of an error object, which would lose its `code` and `status`. */
export interface PlainError {
  message: string;
  code: string;
  status: number;
  param: string | null;
}

const ABORTED = 'aborted';

/** An error as plain data. Anything unforeseen becomes a 500 `internal_error`. */
export function toPlainError(error: unknown): PlainError {
  if (error instanceof IngleError) {
    const { message, code, status, param } = error;
    return { message, code, status, param };
  }
  const message = error instanceof Error ? error.message : String(error);
  // 499: nginx's "client closed request". A DOMException named AbortError is what every browser throws on abort.
  if (isAbort(error)) return { message, code: ABORTED, status: 499, param: null };
  return { message, code: 'internal_error', status: 500, param: null };
}

/**
 * The error that {@link toPlainError} took apart. Its code tells the class: a name would not, since OpenAI's error body
 * has none, and bundlers shorten those of classes.
 */
export function fromPlainError(plain: PlainError): Error {
  const { message, code, status, param } = plain;
  if (code === ABORTED) return new DOMException(message, 'AbortError');
  if (isCodeIn(MODEL_STATUS, code)) return new ModelError(message, code, { status });
  if (isCodeIn(ENVIRONMENT_STATUS, code)) return new EnvironmentError(message, code);
  return status < 500 ? new RequestError(message, code, param, status) : new IngleError(message, plain);
}

function isCodeIn<Code extends string>(statuses: Record<Code, number>, code: string): code is Code {
  return Object.hasOwn(statuses, code);
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}
