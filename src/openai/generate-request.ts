import type { MessageReader } from '../chat/message-reader.ts';
import { planChat } from '../chat/plan-chat.ts';
import type { ToolUse } from '../chat/tools.ts';
import type { GenerateRequest, Grammar, ModelInfo, Sampling } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import { toChatMessages } from './chat-messages.ts';
import type { ChatRequest } from './chat-request.ts';
import type { SamplingRequest } from './request-fields.ts';

/** OpenAI's defaults: the model's own distribution. */
const DEFAULT_SAMPLING: Sampling = {
  repetitionPenalty: 1,
  frequencyPenalty: 0,
  presencePenalty: 0,
  logitBias: {},
  temperature: 1,
  topK: 0,
  topP: 1,
  minP: 0,
};

/** How the engine answers a chat, and how its answer is read. */
export interface PlannedAnswer {
  readonly request: GenerateRequest;
  newReader(): MessageReader;
}

/** What an answer may consist of. */
export interface AnswerForms {
  readonly toolUse: ToolUse | undefined;
  /** What its text is held to. */
  readonly format: Grammar | undefined;
}

/**
 * A chat request in the engine's terms.
 *
 * @throws RequestError for tokens outside the vocabulary and messages that the model's chat template refuses.
 */
export function planAnswer(request: ChatRequest, { toolUse, format }: AnswerForms, model: ModelInfo): PlannedAnswer {
  const maxTokens = request.max_completion_tokens ?? request.max_tokens;
  const { stop } = request;
  const { prompt, grammar, keep, reader } = planChat(model, {
    messages: toChatMessages(request.messages),
    variables: request.chat_template_kwargs ?? {},
    toolUse,
    answer: format,
    reasoningEffort: request.reasoning_effort ?? undefined,
    reasoningFormat: request.reasoning_format ?? undefined,
  });
  return {
    request: {
      prompt: { segments: prompt },
      sampling: toSampling(request, model),
      stop: typeof stop === 'string' ? [stop] : (stop ?? []),
      choices: request.n ?? 1,
      ignoreEos: request.ignore_eos ?? false,
      ...(typeof maxTokens === 'number' && { maxTokens }),
      ...(grammar && { grammar }),
      ...(keep.length > 0 && { keep }),
      ...(request.logprobs && { topLogprobs: request.top_logprobs ?? 0 }),
    },
    newReader: reader,
  };
}

export function toSampling(request: SamplingRequest, model: ModelInfo): Sampling {
  const defaults = { ...DEFAULT_SAMPLING, ...model.defaultSampling };
  const seed = request.seed ?? defaults.seed;
  return {
    repetitionPenalty: request.repetition_penalty ?? defaults.repetitionPenalty,
    frequencyPenalty: request.frequency_penalty ?? defaults.frequencyPenalty,
    presencePenalty: request.presence_penalty ?? defaults.presencePenalty,
    logitBias: request.logit_bias ? toLogitBias(request.logit_bias, model) : defaults.logitBias,
    temperature: request.temperature ?? defaults.temperature,
    topK: Math.max(0, request.top_k ?? defaults.topK), // -1 is off too, as vLLM writes it
    topP: request.top_p ?? defaults.topP,
    minP: request.min_p ?? defaults.minP,
    ...(seed !== undefined && { seed }),
  };
}

function toLogitBias(bias: Record<string, number>, { vocabularySize }: ModelInfo): Record<number, number> {
  for (const id of Object.keys(bias)) {
    if (/^\d+$/.test(id) && Number(id) < vocabularySize) continue;
    const message = `Invalid logit_bias: given ${JSON.stringify(id)}, expected token ids from 0 to ${vocabularySize - 1}.`;
    throw new RequestError(message, 'invalid_value', 'logit_bias');
  }
  return bias;
}
