import type { TokenLogprob, TokenPiece } from '../engine/engine.ts';

/** A token's log-probability as both the chat and the responses endpoint write it. */
export interface LogprobEntry extends Logprob {
  readonly top_logprobs: Logprob[];
}

interface Logprob {
  readonly token: string;
  readonly bytes: number[];
  readonly logprob: number;
}

/** The one entry of a token whose log-probability is known. */
export function toLogprobs({ logprob, topLogprobs = [] }: TokenPiece): LogprobEntry[] {
  return logprob ? [{ ...toLogprob(logprob), top_logprobs: topLogprobs.map(toLogprob) }] : [];
}

function toLogprob({ token, bytes, logprob }: TokenLogprob): Logprob {
  return { token, bytes: [...bytes], logprob };
}
