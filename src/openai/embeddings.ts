import type { Embedding, Engine } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import { ENGINE_HEADER, type Service, withPromptParam } from './answer.ts';
import { requireCapability } from './capability.ts';
import { type EmbeddingRequest, embeddingRequest } from './embedding-request.ts';
import { readJsonBody } from './json-body.ts';
import { toTexts } from './text-list.ts';
import { validate } from './validate.ts';

/** Answers `POST /v1/embeddings`. */
export async function embed({ provider, queue }: Service, request: Request): Promise<Response> {
  const body = validate(embeddingRequest, await readJsonBody(request));
  const turn = queue.enter(body.timeout);
  try {
    const signal = turn.limit(request.signal);
    const engine = await provider.open(body.model ?? undefined, signal);
    const embeddings = await embedTexts(engine, body, signal);
    const tokens = embeddings.reduce((sum, embedding) => sum + embedding.tokens, 0);
    const answer = {
      object: 'list',
      data: embeddings.map(({ vector }, index) => ({ object: 'embedding', index, embedding: write(vector, body) })),
      model: engine.info.id,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    };
    return Response.json(answer, { headers: { [ENGINE_HEADER]: engine.info.engine } });
  } finally {
    turn.end();
  }
}

async function embedTexts(engine: Engine, { input }: EmbeddingRequest, signal: AbortSignal): Promise<Embedding[]> {
  requireCapability(engine.info, 'embedding');
  const prompts = toTexts(input).map(text => {
    return typeof text === 'string' ? { segments: [{ text, trusted: false }] } : { ids: text };
  });
  try {
    return (await engine.embed?.(prompts, signal)) ?? [];
  } catch (error) {
    throw withPromptParam(error, 'input');
  }
}

function write(vector: Float32Array, { dimensions, encoding_format }: EmbeddingRequest): number[] | string {
  const wanted = shorten(vector, dimensions ?? vector.length);
  return encoding_format === 'base64' ? toBase64(wanted) : [...wanted];
}

/** The first of the dimensions, of length 1 again: https://arxiv.org/abs/2205.13147 */
function shorten(vector: Float32Array, dimensions: number): Float32Array {
  if (dimensions > vector.length) {
    const message = `Invalid dimensions: given ${dimensions}, expected at most the model's ${vector.length}.`;
    throw new RequestError(message, 'invalid_value', 'dimensions');
  }
  if (dimensions === vector.length) return vector;
  const kept = vector.subarray(0, dimensions);
  const length = Math.hypot(...kept);
  return length === 0 ? kept : kept.map(value => value / length);
}

/** Little-endian 32-bit floats, whatever the machine's own order. */
function toBase64(vector: Float32Array): string {
  const view = new DataView(new ArrayBuffer(4 * vector.length));
  for (const [index, value] of vector.entries()) view.setFloat32(4 * index, value, true);
  return btoa(Array.from(new Uint8Array(view.buffer), byte => String.fromCharCode(byte)).join(''));
}
