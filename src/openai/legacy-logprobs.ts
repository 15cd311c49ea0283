import type { CompletionChoice } from 'openai/resources/completions';
import type { TokenLogprob, TokenPiece } from '../engine/engine.ts';

/** The four lists of the completions endpoint, an entry for each token in every one of them. */
export type LegacyLogprobs = Required<CompletionChoice.Logprobs>;

/** Writes down the log-probabilities of one choice's tokens, and where in the text each of them begins. */
export class LegacyLogprobsWriter {
  /** In UTF-16 units. */
  #offset = 0;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  /** @returns null for a token whose log-probability was not asked for. */
  write({ logprob, topLogprobs = [] }: TokenPiece): LegacyLogprobs | null {
    if (!logprob) return null;
    const begin = this.#offset;
    // A token that ends within a character leaves the rest of it to the next.
    this.#offset += this.#decoder.decode(Uint8Array.from(logprob.bytes), { stream: true }).length;
    return {
      tokens: [tokenName(logprob)],
      token_logprobs: [logprob.logprob],
      // The drawn token is always told, whether it is among the likeliest or not.
      top_logprobs: [Object.fromEntries([...topLogprobs, logprob].map(token => [tokenName(token), token.logprob]))],
      text_offset: [begin],
    };
  }
}

export function joinLogprobs(first: LegacyLogprobs | null, second: LegacyLogprobs | null): LegacyLogprobs | null {
  if (!first || !second) return first ?? second;
  first.tokens.push(...second.tokens);
  first.token_logprobs.push(...second.token_logprobs);
  first.top_logprobs.push(...second.top_logprobs);
  first.text_offset.push(...second.text_offset);
  return first;
}

/** The token's text, or its bytes as OpenAI writes them where they are no whole characters: `bytes:\xe2\x80`. */
function tokenName({ bytes }: TokenLogprob): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return `bytes:${bytes.map(byte => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}`;
  }
}
