import * as z from 'zod/mini';
import { RequestError } from '../../errors.ts';
import { engineFields, integerFrom, reasoningEffort, samplingFields } from '../request-fields.ts';
import { flatToolFields } from '../tools/tool-fields.ts';
import { item } from './items.ts';

/** As the chat endpoint's `response_format`, but flat. */
const format = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['text', 'json_object']) }),
  z.object({
    type: z.literal('json_schema'),
    name: z.string(),
    description: z.exactOptional(z.string()),
    schema: z.record(z.string(), z.unknown()),
    strict: z.exactOptional(z.nullable(z.boolean())),
  }),
]);

/**
 * The body of `POST /v1/responses`. Unknown fields are dropped.
 *
 * Source: https://platform.openai.com/docs/api-reference/responses/create
 */
export const responseRequest = z.object({
  ...engineFields,
  input: z.union([z.string(), z.array(item).check(z.minLength(1))]),
  instructions: z.nullish(z.string()),
  previous_response_id: z.nullish(z.string()),
  store: z.nullish(z.boolean()),
  ...samplingFields,
  max_output_tokens: integerFrom(1),
  top_logprobs: integerFrom(0, 20),
  include: z.nullish(z.array(z.string())),
  text: z.nullish(
    z.object({
      format: z.nullish(format),
      verbosity: z.nullish(z.enum(['low', 'medium', 'high'])),
    }),
  ),
  stream: z.nullish(z.boolean()),

  ...flatToolFields,
  reasoning: z.nullish(
    z.object({
      effort: reasoningEffort,
      summary: z.nullish(z.enum(['auto', 'concise', 'detailed'])),
    }),
  ),
  chat_template_kwargs: z.nullish(z.record(z.string(), z.unknown())),
  truncation: z.nullish(z.enum(['auto', 'disabled'])),
  background: z.nullish(z.boolean()),
  conversation: z.nullish(z.unknown()),
  prompt: z.nullish(z.unknown()),

  user: z.nullish(z.string()),
  metadata: z.nullish(z.record(z.string(), z.string())),
});

export type ResponseRequest = z.infer<typeof responseRequest>;
export type TextFormat = z.infer<typeof format>;

/**
 * Refuses what OpenAI's API defines and this one cannot honour.
 *
 * @throws RequestError with the field as `param`.
 */
export function refuseUnsupportedResponse(request: ResponseRequest): void {
  if (request.truncation === 'auto') {
    throw unsupported('truncation', 'Nothing is dropped from a long conversation: only "disabled".');
  }
  if (request.background) throw unsupported('background', 'Responses are made while the client waits.');
  if (request.conversation) {
    throw unsupported('conversation', 'There are no conversations: continue one with previous_response_id.');
  }
  if (request.prompt) throw unsupported('prompt', 'There are no stored prompts: send input and instructions.');
}

function unsupported(param: string, message: string): RequestError {
  return new RequestError(message, 'unsupported_parameter', param);
}
