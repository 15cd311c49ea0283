import type { GrammarMatcher } from '@mlc-ai/web-xgrammar';
import { RequestError } from '../errors.ts';

/** Follows one output through a grammar. */
export class Matcher {
  readonly #matcher: GrammarMatcher;
  readonly #param: string | null;
  /** Of the place where the output is. */
  #mask: Promise<Uint32Array> | undefined;

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
  fillMask(): Promise<Uint32Array> {
    this.#mask ??= this.#makeMask();
    return this.#mask;
  }

  async #makeMask(): Promise<Uint32Array> {
    const words = await this.#matcher.getNextTokenBitmask();
    if (words.some(word => word !== 0)) return new Uint32Array(words.buffer);
    const message = 'The grammar leads to a place where no token of the model can go on.';
    throw new RequestError(message, 'invalid_grammar', this.#param);
  }

  /** The only token that may come next. It is looked for where the next byte is certain, or each step would wait for it. */
  async forcedId(): Promise<number | undefined> {
    if (this.#matcher.findJumpForwardString() === '') return undefined;
    return onlyBit(await this.fillMask());
  }

  /** Goes on behind a token, which must be one of those that {@link fillMask} gave. */
  accept(id: number): void {
    if (!this.#matcher.acceptToken(id)) throw new RangeError(`the grammar does not take token ${id} here`);
    this.#mask = undefined;
  }

  dispose(): void {
    this.#matcher.dispose();
  }
}

/** The index of the only bit that is set; `undefined` when there are more. */
function onlyBit(words: Uint32Array): number | undefined {
  let only: number | undefined;
  for (const [index, word] of words.entries()) {
    if (word === 0) continue;
    if (only !== undefined || (word & (word - 1)) !== 0) return undefined;
    only = index * 32 + 31 - Math.clz32(word);
  }
  return only;
}
