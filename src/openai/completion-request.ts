import * as z from 'zod/mini';
import type { GenerateRequest, ModelInfo, Prompt } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import { toSampling } from './generate-request.ts';
import { choiceFields, engineFields, integerFrom, samplingFields, streamFields, tokenIds } from './request-fields.ts';
import { toTexts } from './text-list.ts';

/** OpenAI's own default, and its limit for `logprobs`. */
const DEFAULT_MAX_TOKENS = 16;
const MAX_LOGPROBS = 5;
/** As many prompts as OpenAI takes at once. */
const MAX_PROMPTS = 2048;

/**
 * The body of `POST /v1/completions`. Unknown fields are dropped.
 *
 * Source: https://platform.openai.com/docs/api-reference/completions/create
 */
export const completionRequest = z.object({
  ...engineFields,
  prompt: z.union([
    z.string(),
    tokenIds,
    z.array(z.string()).check(z.minLength(1), z.maxLength(MAX_PROMPTS)),
    z.array(tokenIds).check(z.minLength(1), z.maxLength(MAX_PROMPTS)),
  ]),
  ...samplingFields,
  ...choiceFields,
  best_of: integerFrom(1),
  max_tokens: integerFrom(1),
  logprobs: integerFrom(0, MAX_LOGPROBS),
  echo: z.nullish(z.boolean()),
  suffix: z.nullish(z.string()),
  ...streamFields,
  user: z.nullish(z.string()),
});

export type CompletionRequest = z.infer<typeof completionRequest>;

/**
 * Refuses what OpenAI's API defines and this one cannot honour.
 *
 * @throws RequestError with the field as `param`.
 */
export function refuseUnsupportedCompletion({ prompt, suffix, best_of, n, echo, logprobs }: CompletionRequest): void {
  if (suffix) throw unsupported('suffix', 'Text is continued at its end: no suffix can be filled in before.');
  if (typeof best_of === 'number' && best_of !== (n ?? 1)) {
    throw unsupported('best_of', 'All choices that are drawn are returned: best_of must be the same as n.');
  }
  if (!echo) return;
  if (typeof logprobs === 'number') {
    throw unsupported('echo', 'The log-probabilities of a prompt are not known: echo or logprobs, not both.');
  }
  if (toTexts(prompt).some(Array.isArray)) throw unsupported('echo', 'Prompts are echoed as text, not as token ids.');
}

function unsupported(param: string, message: string): RequestError {
  return new RequestError(message, 'unsupported_parameter', param);
}

/** The request in the engine's terms, for each of its prompts. */
export function toGenerateRequests(request: CompletionRequest, model: ModelInfo): GenerateRequest[] {
  const { prompt, stop, logprobs } = request;
  const rest = {
    sampling: toSampling(request, model),
    stop: typeof stop === 'string' ? [stop] : (stop ?? []),
    choices: request.n ?? 1,
    ignoreEos: request.ignore_eos ?? false,
    maxTokens: request.max_tokens ?? DEFAULT_MAX_TOKENS,
    ...(typeof logprobs === 'number' && { topLogprobs: logprobs }),
  };
  return toTexts(prompt).map(text => ({ prompt: toPrompt(text), ...rest }));
}

/** Who completes a text writes the model's own marks into it: there is no template that could do so. */
function toPrompt(text: string | readonly number[]): Prompt {
  return typeof text === 'string' ? { segments: [{ text, trusted: true }] } : { ids: text };
}
