import * as z from 'zod/mini';
import { choiceFields, engineFields, integerFrom, samplingFields, streamFields } from './request-fields.ts';
import { responseFormat } from './response-format.ts';

const textOr = <Part extends z.ZodMiniType>(part: Part) => {
  return z.union([z.string(), z.array(part).check(z.minLength(1))]);
};

const textPart = z.object({ type: z.literal('text'), text: z.string() });
const refusalPart = z.object({ type: z.literal('refusal'), refusal: z.string() });
const mediaPart = z.object({ type: z.enum(['image_url', 'input_audio', 'file']) });

const toolCall = z.object({
  id: z.string(),
  type: z.literal('function'),
  function: z.object({ name: z.string(), arguments: z.string() }),
});

const name = z.nullish(z.string());
const message = z.discriminatedUnion('role', [
  z.object({ role: z.enum(['system', 'developer']), content: textOr(textPart), name }),
  z.object({
    role: z.literal('user'),
    content: textOr(z.discriminatedUnion('type', [textPart, mediaPart])),
    name,
  }),
  z.object({
    role: z.literal('assistant'),
    content: z.nullish(textOr(z.discriminatedUnion('type', [textPart, refusalPart]))),
    tool_calls: z.nullish(z.array(toolCall)),
    name,
  }),
  z.object({ role: z.literal('tool'), content: textOr(textPart), tool_call_id: z.string() }),
  z.object({ role: z.literal('function'), content: z.nullable(z.string()), name: z.string() }),
]);

/**
 * The body of `POST /v1/chat/completions`. Unknown fields are dropped.
 *
 * Source: https://platform.openai.com/docs/api-reference/chat/create; `top_k`, `min_p`, `repetition_penalty`,
 * `ignore_eos` and `chat_template_kwargs` as local servers know them.
 */
export const chatRequest = z.object({
  ...engineFields,
  messages: z.array(message).check(z.minLength(1)),
  ...samplingFields,
  ...choiceFields,
  max_tokens: integerFrom(1),
  max_completion_tokens: integerFrom(1),
  logprobs: z.nullish(z.boolean()),
  top_logprobs: integerFrom(0, 20),
  ...streamFields,

  chat_template_kwargs: z.nullish(z.record(z.string(), z.unknown())),
  tools: z.nullish(z.array(z.unknown())),
  tool_choice: z.nullish(z.union([z.enum(['none', 'auto', 'required']), z.looseObject({ type: z.string() })])),
  functions: z.nullish(z.array(z.unknown())),
  function_call: z.nullish(z.union([z.enum(['none', 'auto']), z.looseObject({ name: z.string() })])),
  response_format: z.nullish(responseFormat),
  modalities: z.nullish(z.array(z.enum(['text', 'audio']))),
  audio: z.nullish(z.unknown()),
  web_search_options: z.nullish(z.unknown()),

  user: z.nullish(z.string()),
  metadata: z.nullish(z.record(z.string(), z.string())),
  store: z.nullish(z.boolean()),
});

export type ChatRequest = z.infer<typeof chatRequest>;
export type ChatRequestMessage = ChatRequest['messages'][number];
