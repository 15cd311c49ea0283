import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChatCompletionCreateParamsBase } from 'openai/resources/chat/completions/completions';
import type { CompletionCreateParamsBase } from 'openai/resources/completions';
import type { EmbeddingCreateParams } from 'openai/resources/embeddings';
import type { ResponseCreateParamsBase } from 'openai/resources/responses/responses';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { chatRequest } from '../src/openai/chat-request.ts';
import { completionRequest } from '../src/openai/completion-request.ts';
import { embeddingRequest } from '../src/openai/embedding-request.ts';
import { responseRequest } from '../src/openai/responses/response-request.ts';
import type { ChatExtensions } from '../src/worker/client/chat-completions.ts';

/** The tables of docs/api.md against the schemas, and against the parameters that OpenAI's package knows. */

const API = readFileSync(join(import.meta.dirname, '..', 'docs', 'api.md'), 'utf8');

/** Compiles only while these are all parameters of the published type that the schema does not have. */
type Unread<Params, Schema extends z.ZodMiniType> = Record<Exclude<keyof Params, keyof z.infer<Schema>>, true>;

const chatUnread: Unread<ChatCompletionCreateParamsBase, typeof chatRequest> = {
  moderation: true,
  prediction: true,
  prompt_cache_key: true,
  prompt_cache_options: true,
  prompt_cache_retention: true,
  safety_identifier: true,
  service_tier: true,
  verbosity: true,
};
const completionUnread: Unread<CompletionCreateParamsBase, typeof completionRequest> = {};
const responseUnread: Unread<ResponseCreateParamsBase, typeof responseRequest> = {
  context_management: true,
  moderation: true,
  prompt_cache_key: true,
  prompt_cache_options: true,
  prompt_cache_retention: true,
  safety_identifier: true,
  service_tier: true,
  stream_options: true,
};
const embeddingUnread: Unread<EmbeddingCreateParams, typeof embeddingRequest> = {};

/** Compiles only while the client object's parameters are OpenAI's and these. */
({
  timeout: true,
  top_k: true,
  min_p: true,
  repetition_penalty: true,
  ignore_eos: true,
  reasoning_format: true,
  chat_template_kwargs: true,
}) satisfies Record<keyof ChatExtensions, true> &
  Record<Exclude<keyof z.infer<typeof chatRequest>, keyof ChatCompletionCreateParamsBase>, true>;

interface Row {
  readonly name: string;
  readonly takes: string;
  readonly does: string;
}

/** The rows of the table below a heading. */
function rowsOf(endpoint: string): Row[] {
  const section = API.split(/^## /m).find(text => text.startsWith(`\`${endpoint}\`\n`)) ?? '';
  return [...section.matchAll(/^\| `(\w+)` \| (.*?) \| (.*) \|$/gm)].map(([, name = '', takes = '', does = '']) => ({
    name,
    takes,
    does,
  }));
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What a field takes, in words; `null` is said once for all of them. */
function describeField(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map(value => JSON.stringify(value)).join(', ');
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return [...new Set(alternatives.map(describeField))].filter(words => words !== 'null').join(' or ');
  const types = [schema.type ?? 'anything'].flat().filter(type => type !== 'null' || schema.type === 'null');
  return types.join(' or ') + describeRange(schema);
}

function describeRange({ minimum, exclusiveMinimum, maximum }: JsonSchema): string {
  const low =
    exclusiveMinimum !== undefined ? ` above ${exclusiveMinimum}` : minimum !== undefined ? ` from ${minimum}` : '';
  const limited = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  return (minimum === Number.MIN_SAFE_INTEGER ? '' : low) + (limited ? ` to ${maximum}` : '');
}

describe.each([
  ['POST /v1/chat/completions', chatRequest, chatUnread],
  ['POST /v1/completions', completionRequest, completionUnread],
  ['POST /v1/responses', responseRequest, responseUnread],
  ['POST /v1/embeddings', embeddingRequest, embeddingUnread],
] as const)('the table of %s', (endpoint, schema, unread) => {
  const rows = rowsOf(endpoint);
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });

  test('has a row for each parameter, and no other', () => {
    const names = [...Object.keys(properties), ...Object.keys(unread)];
    expect(rows.map(({ name }) => name).sort()).toEqual(names.sort());
  });

  test('says what each of them takes', () => {
    const takes = Object.entries(properties).map(([name, field]) => {
      return [name, typeof field === 'object' ? describeField(field) : 'anything'];
    });
    const read = rows.filter(({ name }) => !(name in unread)).map(({ name, takes }) => [name, takes]);
    expect(Object.fromEntries(read)).toEqual(Object.fromEntries(takes));
  });

  test('says which are ignored', () => {
    for (const { name, takes, does } of rows.filter(({ name }) => name in unread)) {
      expect([name, takes, does]).toEqual([name, 'anything', expect.stringMatching(/^Ignored\b/)]);
    }
  });
});
