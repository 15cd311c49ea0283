import type { CompletionUsage } from 'openai/resources/completions';
import type { Usage } from '../engine/engine.ts';

/**
 * The tokens of a whole request.
 *
 * @param choices of one prompt after the other; a prompt counts once, its cached part as the first choice found it.
 */
export function toUsage(
  choices: readonly (Usage & { readonly reasoningTokens?: number })[],
  choicesPerPrompt = choices.length,
): CompletionUsage {
  const prompts = Array.from({ length: choices.length / (choicesPerPrompt || 1) }, (_, prompt) => {
    return choices.slice(prompt * choicesPerPrompt, (prompt + 1) * choicesPerPrompt);
  });
  const promptTokens = sum(prompts.map(([first]) => first?.promptTokens ?? 0));
  const completionTokens = sum(choices.map(usage => usage.completionTokens));
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: {
      cached_tokens: sum(prompts.map(choices => Math.min(...choices.map(usage => usage.cachedTokens)))),
      audio_tokens: 0,
    },
    completion_tokens_details: {
      reasoning_tokens: sum(choices.map(usage => usage.reasoningTokens ?? 0)),
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
