import * as z from 'zod/mini';
import { engineFields, integerFrom, tokenIds } from './request-fields.ts';

/** OpenAI's own limit for one request. */
const MAX_INPUTS = 2048;
const text = z.string().check(z.minLength(1));

/**
 * The body of `POST /v1/embeddings`. Unknown fields are dropped.
 *
 * Source: https://platform.openai.com/docs/api-reference/embeddings/create
 */
export const embeddingRequest = z.object({
  ...engineFields,
  input: z.union([
    text,
    tokenIds,
    z.array(text).check(z.minLength(1), z.maxLength(MAX_INPUTS)),
    z.array(tokenIds).check(z.minLength(1), z.maxLength(MAX_INPUTS)),
  ]),
  encoding_format: z.nullish(z.enum(['float', 'base64'])),
  dimensions: integerFrom(1),
  user: z.nullish(z.string()),
});

export type EmbeddingRequest = z.infer<typeof embeddingRequest>;
