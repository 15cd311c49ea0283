/** What a grammar needs to know of a model's tokens. */
export interface GrammarVocabulary {
  /** By id: the bytes that a token adds to the output, each as GPT-2's character for it; `''` for control tokens. */
  readonly tokens: readonly string[];
  readonly endIds: ReadonlySet<number>;
}
