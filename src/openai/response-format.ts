import * as z from 'zod/mini';
import type { Grammar } from '../engine/engine.ts';

/**
 * How an answer is to be written: OpenAI's three, and two of our own, an EBNF grammar and a regular expression.
 *
 * Source: https://platform.openai.com/docs/guides/structured-outputs
 */
export const responseFormat = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_object') }),
  z.object({
    type: z.literal('json_schema'),
    json_schema: z.object({
      name: z.nullish(z.string()),
      description: z.nullish(z.string()),
      schema: z.nullish(z.union([z.record(z.string(), z.unknown()), z.boolean()])),
      strict: z.nullish(z.boolean()),
    }),
  }),
  z.object({ type: z.literal('grammar'), grammar: z.string() }),
  z.object({ type: z.literal('regex'), regex: z.string() }),
]);

export type ResponseFormat = z.infer<typeof responseFormat>;

/** What holds an answer to its format; nothing for text. */
export function toGrammar(format: ResponseFormat | null | undefined, param = 'response_format'): Grammar | undefined {
  switch (format?.type) {
    case 'json_object':
      return { kind: 'json', param };
    case 'json_schema': {
      const { schema, strict } = format.json_schema;
      return {
        kind: 'json-schema',
        schema: schema ?? {},
        strict: strict ?? true,
        param: `${param}.json_schema.schema`,
      };
    }
    case 'grammar':
      return { kind: 'ebnf', source: format.grammar, param: `${param}.grammar` };
    case 'regex':
      return { kind: 'regex', pattern: format.regex, param: `${param}.regex` };
    default:
      return undefined;
  }
}
