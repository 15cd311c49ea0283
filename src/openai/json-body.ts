import { RequestError } from '../errors.ts';

/** Far more text than any context holds, and little enough to parse at once. */
const MAX_BODY_BYTES = 16 * 2 ** 20;
/** No request needs more, and what walks the values recursively stays far from the end of the stack. */
const MAX_DEPTH = 100;

/**
 * The JSON of a request's body.
 *
 * @throws RequestError 413 `request_too_large`; 400 `invalid_json` for what is not UTF-8 or JSON, nests too deep, or holds
 * lone surrogates, which no tokenizer can encode.
 */
export async function readJsonBody(request: Request): Promise<unknown> {
  const value = parse(decode(await readBytes(request)));
  checkValues(value);
  return value;
}

async function readBytes(request: Request): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    chunks.push(next.value);
    size += next.value.byteLength;
    if (size <= MAX_BODY_BYTES) continue;
    await reader?.cancel();
    throw new RequestError(`The body is larger than ${MAX_BODY_BYTES} bytes.`, 'request_too_large', null, 413);
  }
  return chunks;
}

function decode(chunks: readonly Uint8Array[]): string {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    return chunks.map(chunk => decoder.decode(chunk, { stream: true })).join('') + decoder.decode();
  } catch {
    throw invalid('The body is not valid UTF-8.');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`The body is not valid JSON: ${error instanceof Error ? error.message : error}`);
  }
}

/** Walks without recursion: a body may nest deeper than the stack reaches. */
function checkValues(root: unknown): void {
  const open = [{ value: root, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth } = next;
    if (depth > MAX_DEPTH) throw invalid(`The body nests deeper than ${MAX_DEPTH} levels.`);
    if (typeof value === 'string') checkText(value);
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, child] of Object.entries(value)) {
      checkText(key);
      open.push({ value: child, depth: depth + 1 });
    }
  }
}

function checkText(text: string): void {
  if (!text.isWellFormed()) throw invalid('The body holds a lone surrogate, which is no character.');
}

function invalid(message: string): RequestError {
  return new RequestError(message, 'invalid_json');
}
