import * as z from 'zod/mini';
import { chatMessage } from './chat-messages.ts';
import {
  choiceFields,
  engineFields,
  integerFrom,
  reasoningFields,
  samplingFields,
  streamFields,
} from './request-fields.ts';
import { responseFormat } from './response-format.ts';
import { toolFields } from './tools/tool-fields.ts';

/**
 * The body of `POST /v1/chat/completions`. Unknown fields are dropped.
 *
 * Source: https://platform.openai.com/docs/api-reference/chat/create; `top_k`, `min_p`, `repetition_penalty`,
 * `ignore_eos`, `chat_template_kwargs` and `reasoning_format` as local servers know them.
 */
export const chatRequest = z.object({
  ...engineFields,
  messages: z.array(chatMessage).check(z.minLength(1)),
  ...samplingFields,
  ...choiceFields,
  max_tokens: integerFrom(1),
  max_completion_tokens: integerFrom(1),
  logprobs: z.nullish(z.boolean()),
  top_logprobs: integerFrom(0, 20),
  ...streamFields,

  ...toolFields,
  ...reasoningFields,
  response_format: z.nullish(responseFormat),
  modalities: z.nullish(z.array(z.enum(['text', 'audio']))),
  audio: z.nullish(z.unknown()),
  web_search_options: z.nullish(z.unknown()),

  user: z.nullish(z.string()),
  metadata: z.nullish(z.record(z.string(), z.string())),
  store: z.nullish(z.boolean()),
});

export type ChatRequest = z.infer<typeof chatRequest>;
