/** How a token is drawn from logits; applied in this order. */
export interface Sampling {
  /** Divides the logits of tokens seen so far, prompt included, and multiplies negative ones; 1 is off. */
  readonly repetitionPenalty: number;
  /** Subtracted for each time that a token was generated; 0 is off. */
  readonly frequencyPenalty: number;
  /** Subtracted once if a token was generated at all; 0 is off. */
  readonly presencePenalty: number;
  /** Added to a token's logit, by token id. */
  readonly logitBias: Readonly<Record<number, number>>;
  /** Divides the logits; 0 is greedy. */
  readonly temperature: number;
  /** Keeps the k likeliest tokens; 0 is off. */
  readonly topK: number;
  /** Keeps the likeliest tokens whose probabilities together reach p; 1 is off. */
  readonly topP: number;
  /** Keeps tokens at least this times as likely as the likeliest; 0 is off. */
  readonly minP: number;
  /**
   * An integer, drawn at random when absent. The same seed, request and fingerprint give the same tokens, up to ties
   * that the last bits of the logits decide: those depend on how many tokens the model was fed at once, so on how much of
   * the prompt the KV cache held, and on whether log-probabilities are asked for where a grammar forces tokens.
   */
  readonly seed?: number;
}
