/**
 * OpenAI's published types as schemas, so that answers can be held to them as they run. `satisfies` has the compiler
 * check that whatever a schema lets through is of the type that the `openai` package publishes; they are stricter than
 * those types: every field that OpenAI documents must be there, and no other.
 */
import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { Completion, CompletionUsage } from 'openai/resources/completions';
import type { CreateEmbeddingResponse } from 'openai/resources/embeddings';
import type { Model } from 'openai/resources/models';
import type { ResponseItemList } from 'openai/resources/responses/input-items';
import type {
  Response,
  ResponseFunctionToolCall,
  ResponseOutputMessage,
  ResponseReasoningItem,
  ResponseStreamEvent,
} from 'openai/resources/responses/responses';
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
const finishReason = z.enum(['stop', 'length', 'tool_calls', 'content_filter', 'function_call']);

const functionCall = z.strictObject({ name: z.string().check(z.minLength(1)), arguments: z.string() });
const toolCall = { id: z.string().check(z.startsWith('call_')), type: z.literal('function'), function: functionCall };
const argumentsPiece = z.strictObject({ arguments: z.string().check(z.minLength(1)) });
/** Where a model thinks: no field of OpenAI's, but of many that speak its API. */
const reasoning_content = z.string().check(z.minLength(1));

export const chatCompletion = z.strictObject({
  ...chatHead,
  object: z.literal('chat.completion'),
  choices: z.array(
    z.strictObject({
      index: count,
      message: z.strictObject({
        role: z.literal('assistant'),
        content: z.nullable(z.string()),
        refusal: z.null(),
        reasoning_content: z.exactOptional(reasoning_content),
        tool_calls: z.exactOptional(z.array(z.strictObject(toolCall)).check(z.minLength(1))),
        function_call: z.exactOptional(functionCall),
      }),
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
        z.strictObject({ role: z.literal('assistant'), content: z.nullable(z.literal('')), refusal: z.null() }),
        z.strictObject({ content: z.string() }),
        // With a field that both types have, or the compiler takes them for strangers.
        z.strictObject({ reasoning_content, content: z.exactOptional(z.never()) }),
        z.strictObject({ tool_calls: z.tuple([z.strictObject({ index: count, ...toolCall })]) }),
        z.strictObject({ tool_calls: z.tuple([z.strictObject({ index: count, function: argumentsPiece })]) }),
        z.strictObject({ function_call: functionCall }),
        z.strictObject({ function_call: argumentsPiece }),
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

const logprobs = z.array(z.strictObject({ ...topLogprob, top_logprobs: z.array(z.strictObject(topLogprob)) }));
const outputText = z.strictObject({
  type: z.literal('output_text'),
  annotations: z.tuple([]),
  text: z.string(),
  logprobs,
});
const outputMessage = z.strictObject({
  id: z.string().check(z.startsWith('msg_')),
  type: z.literal('message'),
  role: z.literal('assistant'),
  status: z.enum(['in_progress', 'completed', 'incomplete']),
  content: z.array(outputText),
}) satisfies z.ZodMiniType<ResponseOutputMessage>;
const itemStatus = z.enum(['in_progress', 'completed', 'incomplete']);
const reasoningText = z.strictObject({ type: z.literal('reasoning_text'), text: z.string() });
const reasoningItem = z.strictObject({
  id: z.string().check(z.startsWith('rs_')),
  type: z.literal('reasoning'),
  summary: z.tuple([]),
  content: z.array(reasoningText),
  status: itemStatus,
}) satisfies z.ZodMiniType<ResponseReasoningItem>;
const functionCallItem = z.strictObject({
  id: z.string().check(z.startsWith('fc_')),
  type: z.literal('function_call'),
  call_id: z.string(),
  name: z.string(),
  arguments: z.string(),
  status: itemStatus,
}) satisfies z.ZodMiniType<ResponseFunctionToolCall>;
const outputItem = z.discriminatedUnion('type', [outputMessage, reasoningItem, functionCallItem]);

const responseFields = {
  id: z.string().check(z.startsWith('resp_')),
  object: z.literal('response'),
  created_at: seconds,
  completed_at: z.exactOptional(seconds),
  status: z.enum(['in_progress', 'completed', 'incomplete', 'failed']),
  background: z.literal(false),
  error: z.nullable(z.strictObject({ code: z.literal('server_error'), message: z.string() })),
  incomplete_details: z.nullable(z.strictObject({ reason: z.literal('max_output_tokens') })),
  instructions: z.nullable(z.string()),
  max_output_tokens: z.nullable(count),
  metadata: z.record(z.string(), z.string()),
  model: z.string(),
  output: z.array(outputItem),
  parallel_tool_calls: z.boolean(),
  previous_response_id: z.nullable(z.string()),
  reasoning: z.strictObject({
    effort: z.nullable(z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])),
    summary: z.nullable(z.enum(['auto', 'concise', 'detailed'])),
  }),
  service_tier: z.literal('default'),
  temperature: z.number(),
  text: z.strictObject({
    format: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('text') }),
      z.strictObject({ type: z.literal('json_object') }),
      z.strictObject({
        type: z.literal('json_schema'),
        name: z.string(),
        description: z.exactOptional(z.string()),
        schema: z.record(z.string(), z.unknown()),
        strict: z.exactOptional(z.nullable(z.boolean())),
      }),
    ]),
    verbosity: z.enum(['low', 'medium', 'high']),
  }),
  tool_choice: z.union([
    z.enum(['none', 'auto', 'required']),
    z.strictObject({ type: z.literal('function'), name: z.string() }),
    z.strictObject({
      type: z.literal('allowed_tools'),
      mode: z.enum(['auto', 'required']),
      tools: z.array(z.strictObject({ type: z.literal('function'), name: z.string() })),
    }),
  ]),
  tools: z.array(
    z.strictObject({
      type: z.literal('function'),
      name: z.string(),
      description: z.nullable(z.string()),
      parameters: z.nullable(z.record(z.string(), z.unknown())),
      strict: z.boolean(),
    }),
  ),
  top_logprobs: count,
  top_p: z.number(),
  truncation: z.literal('disabled'),
  usage: z.exactOptional(
    z.strictObject({
      input_tokens: count,
      input_tokens_details: z.strictObject({ cached_tokens: count, cache_write_tokens: count }),
      output_tokens: count,
      output_tokens_details: z.strictObject({ reasoning_tokens: count }),
      total_tokens: count,
    }),
  ),
  user: z.exactOptional(z.string()),
};
/** On the wire: `output_text` is something that the `openai` package adds. */
export const response = z.strictObject(responseFields) satisfies z.ZodMiniType<Omit<Response, 'output_text'>>;
export const responseDeleted = z.strictObject({
  id: z.string(),
  object: z.literal('response'),
  deleted: z.literal(true),
});

const sequence_number = count;
const place = { item_id: z.string(), output_index: count, content_index: z.literal(0), sequence_number };
const callPlace = { item_id: z.string(), output_index: count, sequence_number };
const item = { output_index: count, item: outputItem, sequence_number };

/** With `output_text` in the events that hold a response it is of the published type, as it is in the package. */
const responseEventOf = <Shape extends z.ZodMiniType>(whole: Shape) => {
  const types = z.enum([
    'response.created',
    'response.in_progress',
    'response.completed',
    'response.incomplete',
    'response.failed',
  ]);
  return z.discriminatedUnion('type', [
    z.strictObject({ type: types, response: whole, sequence_number }),
    z.strictObject({ type: z.enum(['response.output_item.added', 'response.output_item.done']), ...item }),
    z.strictObject({
      type: z.enum(['response.content_part.added', 'response.content_part.done']),
      part: z.discriminatedUnion('type', [outputText, reasoningText]),
      ...place,
    }),
    z.strictObject({ type: z.literal('response.output_text.delta'), delta: z.string(), logprobs, ...place }),
    z.strictObject({ type: z.literal('response.output_text.done'), text: z.string(), logprobs, ...place }),
    z.strictObject({ type: z.literal('response.reasoning_text.delta'), delta: z.string(), ...place }),
    z.strictObject({ type: z.literal('response.reasoning_text.done'), text: z.string(), ...place }),
    z.strictObject({ type: z.literal('response.function_call_arguments.delta'), delta: z.string(), ...callPlace }),
    z.strictObject({
      type: z.literal('response.function_call_arguments.done'),
      name: z.string(),
      arguments: z.string(),
      ...callPlace,
    }),
    z.strictObject({
      type: z.literal('error'),
      code: z.string(),
      message: z.string(),
      param: z.nullable(z.string()),
      sequence_number,
    }),
  ]);
};
responseEventOf(
  z.strictObject({ ...responseFields, output_text: z.string() }),
) satisfies z.ZodMiniType<ResponseStreamEvent>;
export const responseEvent = responseEventOf(response);

const inputText = z.strictObject({ type: z.literal('input_text'), text: z.string() });
const status = z.literal('completed');
export const responseItems = z.strictObject({
  object: z.literal('list'),
  data: z.array(
    z.union([
      z.strictObject({
        id: z.string(),
        type: z.literal('message'),
        role: z.enum(['system', 'developer', 'user']),
        status,
        content: z.array(inputText),
      }),
      outputMessage,
      reasoningItem,
      functionCallItem,
      z.strictObject({
        id: z.string(),
        type: z.literal('function_call_output'),
        call_id: z.string(),
        output: z.union([z.string(), z.array(inputText)]),
        status,
      }),
    ]),
  ),
  first_id: z.string(),
  last_id: z.string(),
  has_more: z.boolean(),
}) satisfies z.ZodMiniType<ResponseItemList>;

/** With what Ingle tells beside OpenAI's own fields. */
export const model = z.strictObject({
  id: z.string(),
  object: z.literal('model'),
  created: z.int(),
  owned_by: z.string(),
  loaded: z.boolean(),
  context_length: z.nullable(count),
  capabilities: z.nullable(
    z.strictObject({
      chat: z.boolean(),
      completion: z.boolean(),
      embedding: z.boolean(),
      tools: z.boolean(),
      structured_outputs: z.boolean(),
      vision: z.literal(false),
    }),
  ),
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
