import type { CompletionUsage } from 'openai/resources/completions';
import type { Finish, TokenEvent, Usage } from '../engine/engine.ts';
import type { AnswerHead } from './answer-head.ts';
import { joinLogprobs, type LegacyLogprobs, LegacyLogprobsWriter } from './legacy-logprobs.ts';
import { toUsage } from './usage.ts';

export interface CompletionForm {
  readonly head: AnswerHead;
  readonly choicesPerPrompt: number;
  /** What the choices of each prompt begin with; empty when nothing is echoed. */
  readonly echoes: readonly string[];
  readonly includeUsage: boolean;
}

/** OpenAI's `Completion`, whose chunks have choices without a finish reason. */
export interface TextCompletion extends AnswerHead {
  readonly object: 'text_completion';
  readonly choices: readonly TextChoice[];
  readonly usage?: CompletionUsage | null;
}

interface TextChoice {
  readonly index: number;
  readonly text: string;
  readonly logprobs: LegacyLogprobs | null;
  readonly finish_reason: Finish['reason'] | null;
}

/** The whole answer: all chunks of it, put together. */
export async function toTextCompletion(
  events: AsyncIterable<TokenEvent>,
  form: CompletionForm,
): Promise<TextCompletion> {
  const choices = new Map<number, TextChoice>();
  let usage: CompletionUsage | null = null;
  for await (const chunk of toTextChunks(events, { ...form, includeUsage: true })) {
    for (const choice of chunk.choices) choices.set(choice.index, join(choices.get(choice.index), choice));
    usage = chunk.usage ?? null;
  }
  const sorted = [...choices.values()].sort((a, b) => a.index - b.index);
  return { ...form.head, object: 'text_completion', choices: sorted, usage };
}

/** The answer piece by piece: the echo, text as it comes, a finish reason for each choice; the usage when asked for. */
export async function* toTextChunks(
  events: AsyncIterable<TokenEvent>,
  { head, choicesPerPrompt, echoes, includeUsage }: CompletionForm,
): AsyncGenerator<TextCompletion> {
  const base = { ...head, object: 'text_completion' as const };
  const chunk = (choice: Pick<TextChoice, 'index'> & Partial<TextChoice>): TextCompletion => {
    const choices = [{ text: '', logprobs: null, finish_reason: null, ...choice }];
    return { ...base, choices, ...(includeUsage && { usage: null }) };
  };
  const writers = new Map<number, LegacyLogprobsWriter>();
  const usages: Usage[] = [];
  for await (const event of events) {
    const index = event.choice;
    const echo = echoes[Math.floor(index / choicesPerPrompt)] ?? '';
    const writer = writers.get(index) ?? new LegacyLogprobsWriter();
    if (!writers.has(index) && echo !== '') yield chunk({ index, text: echo });
    writers.set(index, writer);
    const logprobs = event.type === 'token' ? writer.write(event) : null;
    if (event.text !== '' || logprobs) yield chunk({ index, text: event.text, logprobs });
    if (event.type === 'token') continue;
    yield chunk({ index, finish_reason: event.reason });
    usages.push(event.usage);
  }
  if (includeUsage) yield { ...base, choices: [], usage: toUsage(usages, choicesPerPrompt) };
}

function join(before: TextChoice | undefined, piece: TextChoice): TextChoice {
  if (!before) return piece;
  return { ...piece, text: before.text + piece.text, logprobs: joinLogprobs(before.logprobs, piece.logprobs) };
}
