import { descending } from './descending.ts';

export interface IdLogprob {
  readonly id: number;
  /** Natural logarithm of the probability. */
  readonly logprob: number;
}

/** Log-probabilities of the token drawn and of the `top` likeliest, from logits (vocabulary) before any sampling. */
export function logprobs(logits: Float32Array, drawn: number, top: number): { drawn: IdLogprob; top: IdLogprob[] } {
  let largest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) largest = Math.max(largest, logit);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - largest);
  const logSum = largest + Math.log(sum);
  const of = (id: number): IdLogprob => ({ id, logprob: (logits[id] ?? Number.NEGATIVE_INFINITY) - logSum });

  const likeliest: IdLogprob[] = [];
  if (top > 0) {
    for (const id of descending(logits)) {
      likeliest.push(of(id));
      if (likeliest.length === top) break;
    }
  }
  return { drawn: of(drawn), top: likeliest };
}
