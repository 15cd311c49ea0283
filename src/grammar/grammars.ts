import type { CompiledGrammar, GrammarCompiler } from '@mlc-ai/web-xgrammar';
import { RequestError } from '../errors.ts';
import { ByteGrammars } from './byte-matcher.ts';
import type { Grammar } from './grammar.ts';
import { Matcher } from './matcher.ts';
import { placedError } from './placed-error.ts';
import { translateTag } from './structural-tag.ts';
import { toEbnf } from './to-ebnf.ts';
import type { GrammarVocabulary } from './vocabulary.ts';
import { loadXgrammar, type Xgrammar } from './xgrammar.ts';

/** Apps use few schemas; a large one takes some megabytes. */
const MAX_COMPILED = 32;

/**
 * A grammar in two parts. xgrammar (0.1.27) prepares a mask for each place in a grammar, or tries the tokens one by one where
 * it cannot: places that count, as in a string with a maximal length, cost tenths of a second each on a large vocabulary,
 * once or at every token. So masks are made of the grammar without its large counts, and a token that was drawn is held
 * against the grammar itself.
 */
interface Compiled {
  readonly masks: CompiledGrammar;
  /** By bytes; absent where nothing was left out. */
  readonly exact: CompiledGrammar | undefined;
}

/** Compiles grammars for one vocabulary, and keeps the last of them by their content. */
export class Grammars {
  readonly #xgrammar: Xgrammar;
  readonly #vocabulary: GrammarVocabulary;
  readonly #compiler: GrammarCompiler;
  #bytes: Promise<ByteGrammars> | undefined;
  /** The one used last at the end. */
  readonly #compiled = new Map<string, Compiled>();

  private constructor(xgrammar: Xgrammar, vocabulary: GrammarVocabulary, compiler: GrammarCompiler) {
    this.#xgrammar = xgrammar;
    this.#vocabulary = vocabulary;
    this.#compiler = compiler;
  }

  static async create(vocabulary: GrammarVocabulary): Promise<Grammars> {
    const { tokens, endIds } = vocabulary;
    const xgrammar = await loadXgrammar();
    const { TokenizerInfo, GrammarCompiler } = xgrammar;
    const info = await TokenizerInfo.createTokenizerInfo([...tokens], 'byte_level', false, tokens.length, [...endIds]);
    const compiler = await GrammarCompiler.createGrammarCompiler(info, false);
    info.dispose();
    return new Grammars(xgrammar, vocabulary, compiler);
  }

  /**
   * What follows one output through the grammar.
   *
   * @throws RequestError `invalid_json_schema` or `invalid_grammar`
   */
  async matcher(grammar: Grammar): Promise<Matcher> {
    const { masks, exact } = await this.#compile(grammar);
    const matcher = await this.#xgrammar.GrammarMatcher.createGrammarMatcher(masks);
    return new Matcher(matcher, exact && (await (await this.#byBytes()).matcher(exact)), grammar.param ?? null);
  }

  #byBytes(): Promise<ByteGrammars> {
    this.#bytes ??= ByteGrammars.create(this.#xgrammar, this.#vocabulary);
    return this.#bytes;
  }

  async #compile({ param, ...grammar }: Grammar): Promise<Compiled> {
    const key = JSON.stringify(grammar);
    const known = this.#compiled.get(key);
    const compiled = known ?? (await this.#compileNew(grammar, param));
    this.#compiled.delete(key);
    this.#compiled.set(key, compiled);
    const [oldest] = this.#compiled;
    if (oldest && this.#compiled.size > MAX_COMPILED) {
      this.#compiled.delete(oldest[0]);
      dispose(oldest[1]);
    }
    return compiled;
  }

  async #compileNew(grammar: Grammar, param: string | undefined): Promise<Compiled> {
    try {
      const [exact, loose] = [translate(grammar, true), translate(grammar, false)];
      const compile = async (compiler: GrammarCompiler, source: string) =>
        grammar.kind === 'structural-tag' ? compiler.compileStructuralTag(source) : compiler.compileGrammar(source);
      const masks = await compile(this.#compiler, loose);
      if (exact === loose) return { masks, exact: undefined };
      return { masks, exact: await compile((await this.#byBytes()).compiler, exact) };
    } catch (error) {
      // xgrammar (0.1.27) aborts its WebAssembly, and goes on all the same when it is called again.
      if (!(error instanceof WebAssembly.RuntimeError)) throw placedError(error, param);
      throw new RequestError('The grammar cannot be compiled.', 'invalid_grammar', param ?? null);
    }
  }

  async dispose(): Promise<void> {
    for (const compiled of this.#compiled.values()) dispose(compiled);
    this.#compiled.clear();
    this.#compiler.dispose();
    (await this.#bytes)?.dispose();
  }
}

function translate(grammar: Grammar, counts: boolean): string {
  if (grammar.kind === 'structural-tag') return JSON.stringify(translateTag(grammar.tag, counts));
  return toEbnf(grammar, counts);
}

function dispose({ masks, exact }: Compiled): void {
  masks.dispose();
  exact?.dispose();
}
