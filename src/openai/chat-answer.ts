import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionTokenLogprob,
} from 'openai/resources/chat/completions';
import type { TokenEvent, TokenLogprob, TokenPiece, Usage } from '../engine/engine.ts';
import type { AnswerHead } from './answer-head.ts';
import { toUsage } from './usage.ts';

/** The whole answer, once every choice has finished. */
export async function toCompletion(events: AsyncIterable<TokenEvent>, head: AnswerHead): Promise<ChatCompletion> {
  const drafts = new Map<number, { content: string; logprobs: ChatCompletionTokenLogprob[] }>();
  const choices: ChatCompletion.Choice[] = [];
  const usages: Usage[] = [];
  for await (const event of events) {
    const draft = drafts.get(event.choice) ?? { content: '', logprobs: [] };
    drafts.set(event.choice, draft);
    draft.content += event.text;
    if (event.type === 'token') {
      draft.logprobs.push(...toLogprobs(event));
      continue;
    }
    usages.push(event.usage);
    choices.push({
      index: event.choice,
      message: { role: 'assistant', content: draft.content, refusal: null },
      logprobs: draft.logprobs.length > 0 ? { content: draft.logprobs, refusal: null } : null,
      finish_reason: event.reason,
    });
  }
  choices.sort((a, b) => a.index - b.index);
  return { ...head, object: 'chat.completion', choices, usage: toUsage(usages) };
}

/**
 * The answer piece by piece: for each choice a chunk with the role, its text as it comes, and one with the finish
 * reason; then one with the usage alone, where it was asked for.
 */
export async function* toChunks(
  events: AsyncIterable<TokenEvent>,
  head: AnswerHead,
  includeUsage: boolean,
): AsyncGenerator<ChatCompletionChunk> {
  const base = { ...head, object: 'chat.completion.chunk' as const };
  const chunk = (choice: Pick<ChatCompletionChunk.Choice, 'index' | 'delta'> & Partial<ChatCompletionChunk.Choice>) => {
    const choices = [{ logprobs: null, finish_reason: null, ...choice }];
    return { ...base, choices, ...(includeUsage && { usage: null }) };
  };
  const begun = new Set<number>();
  const usages: Usage[] = [];
  for await (const event of events) {
    const index = event.choice;
    if (!begun.has(index)) yield chunk({ index, delta: { role: 'assistant', content: '', refusal: null } });
    begun.add(index);
    const content = event.type === 'token' ? toLogprobs(event) : [];
    const logprobs = content.length > 0 ? { content, refusal: null } : null;
    if (event.text !== '' || logprobs) yield chunk({ index, delta: { content: event.text }, logprobs });
    if (event.type === 'token') continue;
    yield chunk({ index, delta: {}, finish_reason: event.reason });
    usages.push(event.usage);
  }
  if (includeUsage) yield { ...base, choices: [], usage: toUsage(usages) };
}

/** The one entry of a token whose log-probability is known. */
function toLogprobs({ logprob, topLogprobs = [] }: TokenPiece): ChatCompletionTokenLogprob[] {
  if (!logprob) return [];
  return [{ ...toLogprob(logprob), top_logprobs: topLogprobs.map(toLogprob) }];
}

function toLogprob({ token, bytes, logprob }: TokenLogprob): ChatCompletionTokenLogprob.TopLogprob {
  return { token, bytes: [...bytes], logprob };
}
