import type { GrammarMatcher } from '@mlc-ai/web-xgrammar';
import { RequestError } from '../errors.ts';

/** Follows one output through a grammar. */
export class Matcher {
  readonly #matcher: GrammarMatcher;
  readonly #param: string | null;

  constructor(matcher: GrammarMatcher, param: string | null) {
    this.#matcher = matcher;
    this.#param = param;
  }

  /**
   * The tokens that may come next, a bit each, from the lowest bit of the first word on. End tokens are among them
   * exactly where the text may end.
   *
   * @throws RequestError `invalid_grammar` when there are none
   */
  async fillMask(): Promise<Uint32Array> {
    const words = await this.#matcher.getNextTokenBitmask();
    if (words.some(word => word !== 0)) return new Uint32Array(words.buffer);
    const message = 'The grammar leads to a place where no token of the model can go on.';
    throw new RequestError(message, 'invalid_grammar', this.#param);
  }

  /** Goes on behind a token, which must be one of those that {@link fillMask} gave. */
  accept(id: number): void {
    if (!this.#matcher.acceptToken(id)) throw new RangeError(`the grammar does not take token ${id} here`);
  }

  dispose(): void {
    this.#matcher.dispose();
  }
}
