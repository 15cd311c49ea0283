import type { CompiledGrammar, GrammarCompiler, GrammarMatcher } from '@mlc-ai/web-xgrammar';
import type { GrammarVocabulary } from './vocabulary.ts';
import type { Xgrammar } from './xgrammar.ts';

/** Compiles grammars for the bytes that a vocabulary's tokens are made of: their matchers are made at once, and give no masks. */
export class ByteGrammars {
  readonly #xgrammar: Xgrammar;
  readonly #vocabulary: GrammarVocabulary;
  readonly #alphabet: ReadonlyMap<string, number>;
  readonly #compiler: GrammarCompiler;

  private constructor(
    xgrammar: Xgrammar,
    vocabulary: GrammarVocabulary,
    alphabet: ReadonlyMap<string, number>,
    compiler: GrammarCompiler,
  ) {
    this.#xgrammar = xgrammar;
    this.#vocabulary = vocabulary;
    this.#alphabet = alphabet;
    this.#compiler = compiler;
  }

  static async create(xgrammar: Xgrammar, vocabulary: GrammarVocabulary): Promise<ByteGrammars> {
    const bytes = [...new Set(vocabulary.tokens.flatMap(token => [...token]))];
    const { TokenizerInfo, GrammarCompiler } = xgrammar;
    const tokens = [...bytes, ''];
    const info = await TokenizerInfo.createTokenizerInfo(tokens, 'byte_level', false, tokens.length, bytes.length);
    const compiler = await GrammarCompiler.createGrammarCompiler(info, false);
    info.dispose();
    return new ByteGrammars(xgrammar, vocabulary, new Map(bytes.map((byte, index) => [byte, index])), compiler);
  }

  get compiler(): GrammarCompiler {
    return this.#compiler;
  }

  async matcher(compiled: CompiledGrammar): Promise<ByteMatcher> {
    const matcher = await this.#xgrammar.GrammarMatcher.createGrammarMatcher(compiled);
    return new ByteMatcher(matcher, this.#vocabulary, this.#alphabet);
  }

  dispose(): void {
    this.#compiler.dispose();
  }
}

/** Follows one output through a grammar byte by byte. */
export class ByteMatcher {
  readonly #matcher: GrammarMatcher;
  readonly #vocabulary: GrammarVocabulary;
  readonly #alphabet: ReadonlyMap<string, number>;

  constructor(matcher: GrammarMatcher, vocabulary: GrammarVocabulary, alphabet: ReadonlyMap<string, number>) {
    this.#matcher = matcher;
    this.#vocabulary = vocabulary;
    this.#alphabet = alphabet;
  }

  /**
   * Goes on behind a token if it fits. If it does not, all tokens that fail at the same place as this one are taken out of
   * the mask.
   */
  accept(id: number, mask: Uint32Array): boolean {
    const { tokens, endIds } = this.#vocabulary;
    if (endIds.has(id)) return this.#end() || this.#ban(mask, '');
    const token = tokens[id] ?? '';
    let taken = 0;
    while (taken < token.length && this.#take(token[taken])) taken++;
    if (taken === token.length) return true;
    this.#ban(mask, token.slice(0, taken));
    if (taken > 0) this.#matcher.rollBack(taken);
    return false;
  }

  /** Takes out of the mask what begins with `prefix`, which the output now ends with, and cannot go on. */
  #ban(mask: Uint32Array, prefix: string): false {
    const { tokens, endIds } = this.#vocabulary;
    const clear = (id: number) => {
      mask[id >>> 5] = (mask[id >>> 5] ?? 0) & ~(1 << (id & 31));
    };
    const fits = new Map<string | undefined, boolean>();
    for (const [id, token] of tokens.entries()) {
      if (token.length <= prefix.length || !token.startsWith(prefix)) continue;
      const byte = token[prefix.length];
      if (!fits.has(byte))
        fits.set(
          byte,
          this.#tries(() => this.#take(byte)),
        );
      if (!fits.get(byte)) clear(id);
    }
    if (prefix === '' && !this.#tries(() => this.#end())) for (const id of endIds) clear(id);
    return false;
  }

  #take(byte: string | undefined): boolean {
    return this.#matcher.acceptToken(this.#alphabet.get(byte ?? '') ?? -1);
  }

  #end(): boolean {
    return this.#matcher.acceptToken(this.#alphabet.size);
  }

  #tries(step: () => boolean): boolean {
    const fits = step();
    if (fits) this.#matcher.rollBack(1);
    return fits;
  }

  dispose(): void {
    this.#matcher.dispose();
  }
}
