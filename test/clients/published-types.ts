/**
 * OpenAI's published types as schemas, so that answers can be held to them as they run. `satisfies` has the compiler
 * check that whatever a schema lets through is of the type that the `openai` package publishes; they are stricter than
 * those types: every field that OpenAI documents must be there, and no other.
 */
import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { Completion, CompletionUsage } from 'openai/resources/completions';
import type { CreateEmbeddingResponse } from 'openai/resources/embeddings';
import type { Model } from 'openai/resources/models';
import * as z from 'zod/mini';

const count = z.int().check(z.gte(0));
/** Seconds since 1970: milliseconds would be in another millennium. */
const seconds = z.int().check(z.gt(1_600_000_000), z.lt(10_000_000_000));

const usage = z.strictObject({
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  prompt_tokens_details: z.strictObject({ cached_tokens: count, audio_tokens: count }),
  completion_tokens_details: z.strictObject({
    reasoning_tokens: count,
    audio_tokens: count,
    accepted_prediction_tokens: count,
    rejected_prediction_tokens: count,
  }),
}) satisfies z.ZodMiniType<CompletionUsage>;

const topLogprob = { token: z.string(), bytes: z.array(count), logprob: z.number().check(z.lte(0)) };
const chatLogprobs = z.strictObject({
  content: z.array(z.strictObject({ ...topLogprob, top_logprobs: z.array(z.strictObject(topLogprob)) })),
  refusal: z.null(),
});

const chatHead = {
  id: z.string().check(z.startsWith('chatcmpl-')),
  created: seconds,
  model: z.string(),
  system_fingerprint: z.string(),
};
const finishReason = z.enum(['stop', 'length', 'tool_calls', 'content_filter']);

export const chatCompletion = z.strictObject({
  ...chatHead,
  object: z.literal('chat.completion'),
  choices: z.array(
    z.strictObject({
      index: count,
      message: z.strictObject({ role: z.literal('assistant'), content: z.string(), refusal: z.null() }),
      logprobs: z.nullable(chatLogprobs),
      finish_reason: finishReason,
    }),
  ),
  usage,
}) satisfies z.ZodMiniType<ChatCompletion>;

export const chatCompletionChunk = z.strictObject({
  ...chatHead,
  object: z.literal('chat.completion.chunk'),
  choices: z.array(
    z.strictObject({
      index: count,
      delta: z.union([
        z.strictObject({ role: z.literal('assistant'), content: z.literal(''), refusal: z.null() }),
        z.strictObject({ content: z.string() }),
        z.strictObject({}),
      ]),
      logprobs: z.nullable(chatLogprobs),
      finish_reason: z.nullable(finishReason),
    }),
  ),
  usage: z.exactOptional(z.nullable(usage)),
}) satisfies z.ZodMiniType<ChatCompletionChunk>;

const textHead = {
  id: z.string().check(z.startsWith('cmpl-')),
  object: z.literal('text_completion'),
  created: seconds,
  model: z.string(),
  system_fingerprint: z.string(),
};
const textChoice = {
  index: count,
  text: z.string(),
  logprobs: z.nullable(
    z.strictObject({
      tokens: z.array(z.string()),
      token_logprobs: z.array(z.number().check(z.lte(0))),
      top_logprobs: z.array(z.record(z.string(), z.number())),
      text_offset: z.array(count),
    }),
  ),
};
const textFinish = z.enum(['stop', 'length', 'content_filter']);

export const completion = z.strictObject({
  ...textHead,
  choices: z.array(z.strictObject({ ...textChoice, finish_reason: textFinish })),
  usage,
}) satisfies z.ZodMiniType<Completion>;

/** No type is published for these; in them a choice that goes on has no finish reason. */
export const completionChunk = z.strictObject({
  ...textHead,
  choices: z.array(z.strictObject({ ...textChoice, finish_reason: z.nullable(textFinish) })),
  usage: z.exactOptional(z.nullable(usage)),
});

const embeddingList = {
  object: z.literal('list'),
  model: z.string(),
  usage: z.strictObject({ prompt_tokens: count, total_tokens: count }),
};
const embedding = { object: z.literal('embedding'), index: count };
const floats = z.strictObject({
  ...embeddingList,
  data: z.array(z.strictObject({ ...embedding, embedding: z.array(z.number()) })),
}) satisfies z.ZodMiniType<CreateEmbeddingResponse>;
/** As base64, which the `openai` package asks for and decodes by itself. */
const base64 = z.strictObject({
  ...embeddingList,
  data: z.array(z.strictObject({ ...embedding, embedding: z.base64() })),
});
export const embeddings = z.union([floats, base64]);

/** With what Ingle tells beside OpenAI's own fields. */
export const model = z.strictObject({
  id: z.string(),
  object: z.literal('model'),
  created: z.int(),
  owned_by: z.string(),
  loaded: z.boolean(),
  context_length: z.nullable(count),
  size: z.nullable(count),
}) satisfies z.ZodMiniType<Model>;

export const models = z.strictObject({ object: z.literal('list'), data: z.array(model) });

/** The body of every answer that is not ok, and of the event that ends a stream that failed. */
export const errorBody = z.strictObject({
  error: z.strictObject({
    message: z.string(),
    type: z.string(),
    param: z.nullable(z.string()),
    code: z.string(),
  }),
});
