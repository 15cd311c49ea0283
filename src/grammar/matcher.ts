import type { GrammarMatcher } from '@mlc-ai/web-xgrammar';
import { RequestError } from '../errors.ts';
import type { ByteMatcher } from './byte-matcher.ts';

/** Follows one output through a grammar. */
export class Matcher {
  readonly #matcher: GrammarMatcher;
  readonly #exact: ByteMatcher | undefined;
  readonly #param: string | null;
  /** Of the place where the output is. */
  #mask: Promise<Uint32Array> | undefined;
  #words: Uint32Array = new Uint32Array();

  /**
   * @param exact where the matcher's grammar takes more than it should: follows the one that is meant
   * @param param the request's field, for errors
   */
  constructor(matcher: GrammarMatcher, exact: ByteMatcher | undefined, param: string | null) {
    this.#matcher = matcher;
    this.#exact = exact;
    this.#param = param;
  }

  /**
   * The tokens that may come next, a bit each, from the lowest bit of the first word on; end tokens where the text may
   * end. Some of them {@link accept} may refuse.
   *
   * @throws RequestError `invalid_grammar` when there are none
   */
  fillMask(): Promise<Uint32Array> {
    this.#mask ??= this.#makeMask();
    return this.#mask;
  }

  async #makeMask(): Promise<Uint32Array> {
    const words = await this.#matcher.getNextTokenBitmask();
    this.#words = new Uint32Array(words.buffer);
    this.#requireSome();
    return this.#words;
  }

  #requireSome(): void {
    if (this.#words.some(word => word !== 0)) return;
    const message = 'The grammar leads to a place where no token of the model can go on.';
    throw new RequestError(message, 'invalid_grammar', this.#param);
  }

  /** The only token that may come next. It is looked for where the next byte is certain, or each step would wait for it. */
  async forcedId(): Promise<number | undefined> {
    if (this.#matcher.findJumpForwardString() === '') return undefined;
    return onlyBit(await this.fillMask());
  }

  /**
   * Goes on behind a token of the mask, or refuses it: then it is not of the mask any more, nor is what would fail as it
   * does.
   *
   * @throws RequestError `invalid_grammar` when none is left
   */
  accept(id: number): boolean {
    if (this.#exact && !this.#exact.accept(id, this.#words)) {
      this.#requireSome();
      return false;
    }
    if (!this.#matcher.acceptToken(id)) throw new RangeError(`the grammar does not take token ${id} here`);
    this.#mask = undefined;
    return true;
  }

  dispose(): void {
    this.#exact?.dispose();
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
