import { type PlainError, toPlainError } from '../errors.ts';

/** OpenAI's error body, https://platform.openai.com/docs/guides/error-codes */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
  };
}

export function errorBody(error: unknown): ErrorBody {
  const plain = toPlainError(error);
  const { message, param, code } = plain;
  return { error: { message, type: errorType(plain), param, code } };
}

export function errorResponse(error: unknown, headers: Record<string, string> = {}): Response {
  const { status } = toPlainError(error);
  return Response.json(errorBody(error), { status, headers: { ...headers, ...retryHeaders(status) } });
}

/** Seconds after which a full queue is worth another try: as long as a short answer takes. */
const RETRY_AFTER = '1';

/**
 * OpenAI's clients ask three times after a 408, a 429 and any 5xx. A model that does not fit will not fit the third time
 * either, and who gave an answer so much time does not mean three times as much.
 */
function retryHeaders(status: number): Record<string, string> {
  if (status === 429) return { 'Retry-After': RETRY_AFTER };
  return status === 408 || (status >= 500 && status !== 503) ? { 'X-Should-Retry': 'false' } : {};
}

function errorType({ status }: PlainError): string {
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}
