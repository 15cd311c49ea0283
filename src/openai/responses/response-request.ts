import * as z from 'zod/mini';
import { RequestError } from '../../errors.ts';
import { engineFields, integerFrom, samplingFields } from '../request-fields.ts';

const part = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['input_text', 'output_text']), text: z.string() }),
  z.object({ type: z.literal('refusal'), refusal: z.string() }),
  z.object({ type: z.enum(['input_image', 'input_audio', 'input_file']) }),
]);

/** As a client writes it, or as an earlier response had it in its `output`. */
const message = z.object({
  type: z.optional(z.literal('message')),
  role: z.enum(['system', 'developer', 'user', 'assistant']),
  content: z.union([z.string(), z.array(part).check(z.minLength(1))]),
});

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
  input: z.union([z.string(), z.array(message).check(z.minLength(1))]),
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

  chat_template_kwargs: z.nullish(z.record(z.string(), z.unknown())),
  tools: z.nullish(z.array(z.unknown())),
  tool_choice: z.nullish(z.union([z.enum(['none', 'auto', 'required']), z.looseObject({ type: z.string() })])),
  parallel_tool_calls: z.nullish(z.boolean()),
  truncation: z.nullish(z.enum(['auto', 'disabled'])),
  background: z.nullish(z.boolean()),
  conversation: z.nullish(z.unknown()),
  prompt: z.nullish(z.unknown()),

  user: z.nullish(z.string()),
  metadata: z.nullish(z.record(z.string(), z.string())),
});

export type ResponseRequest = z.infer<typeof responseRequest>;
export type InputMessage = z.infer<typeof message>;
export type TextFormat = z.infer<typeof format>;

/**
 * Refuses what OpenAI's API defines and this one cannot honour.
 *
 * @throws RequestError with the field as `param`.
 */
export function refuseUnsupportedResponse(request: ResponseRequest): void {
  if (typeof request.input !== 'string') refuseMedia(request.input);
  if (request.tools?.length && request.tool_choice !== 'none') {
    throw unsupported('tools', 'Tools are not called here yet: leave them out, or send tool_choice "none".');
  }
  if (request.truncation === 'auto') {
    throw unsupported('truncation', 'Nothing is dropped from a long conversation: only "disabled".');
  }
  if (request.background) throw unsupported('background', 'Responses are made while the client waits.');
  if (request.conversation) {
    throw unsupported('conversation', 'There are no conversations: continue one with previous_response_id.');
  }
  if (request.prompt) throw unsupported('prompt', 'There are no stored prompts: send input and instructions.');
}

function refuseMedia(messages: readonly InputMessage[]): void {
  for (const [index, { content }] of messages.entries()) {
    if (typeof content === 'string') continue;
    for (const [place, { type }] of content.entries()) {
      const param = `input[${index}].content[${place}]`;
      if (type === 'input_image') {
        throw new RequestError('The model reads text, not images.', 'unsupported_image_input', param);
      }
      if (type === 'input_audio' || type === 'input_file')
        throw unsupported(param, `The model reads text, not ${type}.`);
    }
  }
}

function unsupported(param: string, message: string): RequestError {
  return new RequestError(message, 'unsupported_parameter', param);
}
