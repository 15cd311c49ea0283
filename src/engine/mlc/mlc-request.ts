import type { ChatCompletionRequestStreaming, ResponseFormat } from '@mlc-ai/web-llm';
import { RequestError } from '../../errors.ts';
import { placed } from '../../grammar/placed-error.ts';
import { translateTag } from '../../grammar/structural-tag.ts';
import { toEbnf } from '../../grammar/to-ebnf.ts';
import type { GenerateRequest, Grammar, Prompt, PromptSegment } from '../engine.ts';

/** As many alternatives as web-llm tells with a token. */
const MOST_LOGPROBS = 5;

/**
 * One choice of a request, as web-llm takes it. Stop strings are left out: they are cut by us.
 *
 * @throws RequestError `unsupported_parameter` for what web-llm cannot do; `invalid_json_schema`, `invalid_grammar`
 */
export function toWebLlm(
  { prompt, sampling, maxTokens, grammar, topLogprobs, ignoreEos }: GenerateRequest,
  choice: number,
  controlTokens: readonly string[],
): ChatCompletionRequestStreaming {
  if (sampling.topK > 0) throw unsupported('top_k', `${sampling.topK}`);
  if (sampling.minP > 0) throw unsupported('min_p', `${sampling.minP}`);
  if (topLogprobs !== undefined && topLogprobs > MOST_LOGPROBS) {
    throw unsupported('top_logprobs', `${topLogprobs}`, `at most ${MOST_LOGPROBS}`);
  }
  return {
    messages: [{ role: 'user', content: textOf(prompt, controlTokens) }],
    stream: true,
    stream_options: { include_usage: true },
    temperature: sampling.temperature,
    top_p: sampling.topP,
    frequency_penalty: sampling.frequencyPenalty,
    presence_penalty: sampling.presencePenalty,
    repetition_penalty: sampling.repetitionPenalty,
    logit_bias: Object.fromEntries(Object.entries(sampling.logitBias)),
    ...(sampling.seed !== undefined && { seed: sampling.seed + choice }),
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...(topLogprobs !== undefined && { logprobs: true, top_logprobs: topLogprobs }),
    ...(ignoreEos && !grammar && { ignore_eos: true }),
    ...(grammar && { response_format: toResponseFormat(grammar) }),
  };
}

/** Schemas are written as grammars by us: what is refused, and what is enforced, is the same on every engine. */
function toResponseFormat(grammar: Grammar): ResponseFormat {
  return placed(grammar.param, () => {
    if (grammar.kind !== 'structural-tag') return { type: 'grammar', grammar: toEbnf(grammar) };
    return { type: 'structural_tag', structural_tag: JSON.stringify(translateTag(grammar.tag, true)) };
  });
}

function textOf(prompt: Prompt, controlTokens: readonly string[]): string {
  if ('segments' in prompt) return guarded(prompt.segments, controlTokens);
  const message = 'MLC models take text, not the ids of tokens.';
  throw new RequestError(message, 'unsupported_parameter', 'prompt');
}

/** Looks like nothing and is part of no control token. */
const ZERO_WIDTH_SPACE = '\u200b';

/**
 * The prompt as one text, for a tokenizer that reads control tokens wherever they stand: one that is not all trusted is
 * broken by a character that does not show.
 */
export function guarded(segments: readonly PromptSegment[], controlTokens: readonly string[]): string {
  const text = segments.map(segment => segment.text).join('');
  const tokens = controlTokens.filter(token => token !== '').toSorted((a, b) => b.length - a.length);
  if (tokens.length === 0) return text;
  let end = 0;
  const ends = segments.map(({ text, trusted }) => {
    end += text.length;
    return { end, trusted };
  });
  const isTrusted = (start: number, end: number) =>
    ends.every((segment, index) => {
      const begin = ends[index - 1]?.end ?? 0;
      return segment.trusted || segment.end <= start || begin >= end;
    });
  const pattern = new RegExp(tokens.map(escaped).join('|'), 'g');
  return text.replace(pattern, (token, at: number) => {
    return isTrusted(at, at + token.length) ? token : token[0] + ZERO_WIDTH_SPACE + token.slice(1);
  });
}

/** `RegExp.escape`, which browsers have since 2025 only. */
function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function unsupported(param: string, given: string, allowed = 'none'): RequestError {
  const message = `Invalid ${param}: given ${given}, but an MLC model knows ${allowed}.`;
  return new RequestError(message, 'unsupported_parameter', param);
}
