import { fromPlainError } from '../../errors.ts';
import { toldError } from '../../openai/told-error.ts';

/** The error that a response which is not ok tells of. */
export async function errorOfResponse(response: Response): Promise<Error> {
  const { status } = response;
  const body: unknown = await response.json().catch(() => undefined);
  const told = { message: `The answer was ${status}.`, code: 'internal_error', param: null };
  return errorOfBody(body, status) ?? fromPlainError({ ...told, status });
}

/** The error in a body of OpenAI's shape; `undefined` when there is none. */
export function errorOfBody(body: unknown, status: number): Error | undefined {
  const told = typeof body === 'object' && body !== null && 'error' in body ? toldError(body) : undefined;
  if (!told) return undefined;
  const { message, code = 'internal_error', param = null } = told;
  return fromPlainError({ message, code, status, param });
}
