/**
 * The error in a body: in OpenAI's shape, in that of older vLLM servers (`message` at the top), or as a mere text
 * (Ollama's).
 */
export function toldError(body: unknown): { message: string; code?: string; param?: string } | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const error: unknown = 'error' in body ? body.error : body;
  if (typeof error === 'string') return { message: error };
  if (typeof error !== 'object' || error === null) return undefined;
  const field = (name: string): string | undefined => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === 'string' ? value : undefined;
  };
  const [message, code, param] = [field('message'), field('code') ?? field('type'), field('param')];
  if (message === undefined) return undefined;
  return { message, ...(code !== undefined && { code }), ...(param !== undefined && { param }) };
}
