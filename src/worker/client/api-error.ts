import { fromPlainError } from '../../errors.ts';

/** The error that a response which is not ok tells of. */
export async function errorOfResponse(response: Response): Promise<Error> {
  const body: unknown = await response.json().catch(() => undefined);
  return (
    errorOfBody(body, response.status) ?? errorOf({ message: `The answer was ${response.status}.` }, response.status)
  );
}

/** The error in a body of OpenAI's shape; `undefined` when there is none. */
export function errorOfBody(body: unknown, status: number): Error | undefined {
  if (typeof body !== 'object' || body === null || !('error' in body)) return undefined;
  const { error } = body;
  return typeof error === 'object' && error !== null ? errorOf(error, status) : undefined;
}

function errorOf(error: object, status: number): Error {
  const field = (name: string): string | undefined => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === 'string' ? value : undefined;
  };
  return fromPlainError({
    message: field('message') ?? 'The request failed.',
    code: field('code') ?? 'internal_error',
    status,
    param: field('param') ?? null,
  });
}
