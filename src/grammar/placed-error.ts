import { RequestError } from '../errors.ts';

/** Does the work; the `param` of a RequestError it throws then leads on from `param`, where the grammar stands in the request. */
export function placed<Result>(param: string | undefined, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw placedError(error, param);
  }
}

export function placedError(error: unknown, param: string | undefined): unknown {
  if (!(error instanceof RequestError) || param === undefined) return error;
  return new RequestError(error.message, error.code, error.param ? `${param}.${error.param}` : param);
}
