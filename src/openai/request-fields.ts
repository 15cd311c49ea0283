import * as z from 'zod/mini';

// Without `new Function`, which a strict Content-Security-Policy forbids.
z.config({ jitless: true });

export const numberBetween = (low: number, high: number) => z.nullish(z.number().check(z.gte(low), z.lte(high)));
export const integerFrom = (low: number, high = Number.MAX_SAFE_INTEGER) => {
  return z.nullish(z.int().check(z.gte(low), z.lte(high)));
};

/** A text as the ids of its tokens. */
export const tokenIds = z.array(z.int().check(z.gte(0))).check(z.minLength(1));

/** How many answers one request may ask for; OpenAI's own limit. */
const MAX_CHOICES = 128;
/** OpenAI's own limit; every token is compared with each of them. */
const MAX_STOPS = 4;
const stopText = z.string().check(z.minLength(1));

/** What every endpoint that generates text takes; `top_k`, `min_p` and `repetition_penalty` as local servers know them. */
export const samplingFields = {
  temperature: numberBetween(0, 2),
  top_p: numberBetween(0, 1),
  top_k: integerFrom(-1),
  min_p: numberBetween(0, 1),
  frequency_penalty: numberBetween(-2, 2),
  presence_penalty: numberBetween(-2, 2),
  repetition_penalty: z.nullish(z.number().check(z.gt(0), z.lte(10))),
  logit_bias: z.nullish(z.record(z.string(), z.number().check(z.gte(-100), z.lte(100)))),
  seed: z.nullish(z.int()),
};

export const choiceFields = {
  stop: z.nullish(z.union([stopText, z.array(stopText).check(z.maxLength(MAX_STOPS))])),
  n: integerFrom(1, MAX_CHOICES),
  ignore_eos: z.nullish(z.boolean()),
};

export const streamFields = {
  stream: z.nullish(z.boolean()),
  stream_options: z.nullish(z.object({ include_usage: z.nullish(z.boolean()) })),
};

/** How hard a model thinks before it answers; from OpenAI's models, the least first. */
export const reasoningEffort = z.nullish(z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']));

/** `chat_template_kwargs` as vLLM knows it; where the thinking is told, apart from the answer or in it. */
export const reasoningFields = {
  reasoning_effort: reasoningEffort,
  reasoning_format: z.nullish(z.enum(['apart', 'inline'])),
  chat_template_kwargs: z.nullish(z.record(z.string(), z.unknown())),
};

/** The longest that a timer can be set to, in seconds. */
const MAX_TIMEOUT = 2_147_483;

/** Which model answers, and for how long the asker waits, in seconds from the request's arrival. */
export const engineFields = {
  model: z.nullish(z.string()),
  timeout: z.nullish(z.number().check(z.gt(0), z.lte(MAX_TIMEOUT))),
};

const samplingRequest = z.object(samplingFields);
export type SamplingRequest = z.infer<typeof samplingRequest>;
