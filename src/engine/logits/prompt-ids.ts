import { RequestError } from '../../errors.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';
import type { Prompt, PromptSegment } from '../engine.ts';

/** What a context must hold. */
export interface Room {
  /** Tokens. */
  readonly contextLength: number;
  /** Whether there must be room for an answer too. */
  readonly answer: boolean;
}

/**
 * The ids of a prompt.
 *
 * @throws RequestError for a prompt that is empty, too long, or not made of ids of the vocabulary
 */
export function promptIds(prompt: Prompt, tokenizer: Tokenizer, room: Room): readonly number[] {
  const ids = 'ids' in prompt ? prompt.ids : encode(prompt.segments, tokenizer, room);
  const { vocabularySize } = tokenizer;
  const stranger = ids.find(id => !Number.isInteger(id) || id < 0 || id >= vocabularySize);
  if (stranger !== undefined) {
    throw new RequestError(
      `Token id ${stranger} is not one of the ${vocabularySize} in the vocabulary.`,
      'invalid_token_id',
      'prompt',
    );
  }
  if (ids.length === 0) throw new RequestError('The prompt is empty.', 'empty_prompt', 'prompt');
  if (ids.length > mostTokens(room)) throw tooLong(`${ids.length}`, room);
  return ids;
}

/** Refuses what cannot fit before it spends time on it: nothing interrupts the tokenizer. */
function encode(segments: readonly PromptSegment[], tokenizer: Tokenizer, room: Room): readonly number[] {
  const characters = segments.reduce((sum, { text }) => sum + text.length, 0);
  const tokens = Math.ceil(characters / tokenizer.longestToken);
  if (tokens > mostTokens(room)) throw tooLong(`at least ${tokens}`, room);
  return tokenizer.encode(segments, { addSpecial: true });
}

function mostTokens({ contextLength, answer }: Room): number {
  return answer ? contextLength - 1 : contextLength;
}

function tooLong(tokens: string, { contextLength, answer }: Room): RequestError {
  const message = `The prompt is ${tokens} tokens long; the model's context of ${contextLength} must hold it`;
  return new RequestError(`${message}${answer ? ' and an answer' : ''}.`, 'context_length_exceeded', 'messages');
}
