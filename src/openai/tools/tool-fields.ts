import * as z from 'zod/mini';

/** OpenAI's own limit. */
const MAX_FUNCTIONS = 128;

/** As OpenAI has it: such a name stands in any family's call format without being escaped. */
const functionName = z.string().check(z.regex(/^[a-zA-Z0-9_-]{1,64}$/));

const functionFields = {
  name: functionName,
  description: z.nullish(z.string()),
  /** A JSON schema; without one, the function takes nothing. */
  parameters: z.nullish(z.record(z.string(), z.unknown())),
};
const strict = z.nullish(z.boolean());
const name = z.object({ name: z.string() });

/**
 * What a model may call, and whether it must; `functions` and `function_call` are the older names.
 *
 * Source: https://platform.openai.com/docs/guides/function-calling
 */
export const toolFields = {
  tools: z.nullish(
    z
      .array(z.object({ type: z.literal('function'), function: z.object({ ...functionFields, strict }) }))
      .check(z.maxLength(MAX_FUNCTIONS)),
  ),
  tool_choice: z.nullish(
    z.union([
      z.enum(['none', 'auto', 'required']),
      z.discriminatedUnion('type', [
        z.object({ type: z.literal('function'), function: name }),
        z.object({
          type: z.literal('allowed_tools'),
          allowed_tools: z.object({
            mode: z.enum(['auto', 'required']),
            tools: z.array(z.object({ type: z.literal('function'), function: name })).check(z.minLength(1)),
          }),
        }),
      ]),
    ]),
  ),
  parallel_tool_calls: z.nullish(z.boolean()),
  functions: z.nullish(z.array(z.object(functionFields)).check(z.maxLength(MAX_FUNCTIONS))),
  function_call: z.nullish(z.union([z.enum(['none', 'auto']), name])),
};

/** The same, as the responses endpoint writes it: flat. */
export const flatToolFields = {
  tools: z.nullish(
    z.array(z.object({ type: z.literal('function'), ...functionFields, strict })).check(z.maxLength(MAX_FUNCTIONS)),
  ),
  tool_choice: z.nullish(
    z.union([
      z.enum(['none', 'auto', 'required']),
      z.discriminatedUnion('type', [
        z.object({ type: z.literal('function'), name: z.string() }),
        z.object({
          type: z.literal('allowed_tools'),
          mode: z.enum(['auto', 'required']),
          tools: z.array(z.object({ type: z.literal('function'), name: z.string() })).check(z.minLength(1)),
        }),
      ]),
    ]),
  ),
  parallel_tool_calls: z.nullish(z.boolean()),
};
