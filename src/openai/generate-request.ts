import { type ChatMessage, renderPrompt } from '../chat/render-prompt.ts';
import type { GenerateRequest, ModelInfo, Sampling } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import type { ChatRequest, ChatRequestMessage } from './chat-request.ts';
import type { SamplingRequest } from './request-fields.ts';
import { toGrammar } from './response-format.ts';

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

/**
 * A chat request in the engine's terms.
 *
 * @throws RequestError for tokens outside the vocabulary and messages that the model's chat template refuses.
 */
export function toGenerateRequest(request: ChatRequest, model: ModelInfo): GenerateRequest {
  const maxTokens = request.max_completion_tokens ?? request.max_tokens;
  const { stop } = request;
  const grammar = toGrammar(request.response_format);
  const prompt = renderPrompt(model, {
    messages: request.messages.map(toChatMessage),
    variables: request.chat_template_kwargs ?? {},
  });
  return {
    prompt: { segments: prompt },
    sampling: toSampling(request, model),
    stop: typeof stop === 'string' ? [stop] : (stop ?? []),
    choices: request.n ?? 1,
    ignoreEos: request.ignore_eos ?? false,
    ...(typeof maxTokens === 'number' && { maxTokens }),
    ...(grammar && { grammar }),
    ...(request.logprobs && { topLogprobs: request.top_logprobs ?? 0 }),
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

/** Templates want one text: parts become lines of it. A `function` message is the old name of a tool's answer. */
function toChatMessage(message: ChatRequestMessage): ChatMessage {
  const { content } = message;
  return {
    ...message,
    role: message.role === 'function' ? 'tool' : message.role,
    content: Array.isArray(content) ? content.map(partText).join('\n') : (content ?? null),
  };
}

type ContentPart = Exclude<ChatRequestMessage['content'], string | null | undefined>[number];

function partText(part: ContentPart): string {
  if (part.type === 'text') return part.text;
  return part.type === 'refusal' ? part.refusal : '';
}
