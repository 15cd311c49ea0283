import type { CompiledGrammar, GrammarCompiler } from '@mlc-ai/web-xgrammar';
import { RequestError } from '../errors.ts';
import type { Grammar } from './grammar.ts';
import { Matcher } from './matcher.ts';
import { translateTag } from './structural-tag.ts';
import { toEbnf } from './to-ebnf.ts';
import { loadXgrammar, type Xgrammar } from './xgrammar.ts';

/** What a grammar needs to know of a model's tokens. */
export interface GrammarVocabulary {
  /** By id: the bytes that a token adds to the output, each as GPT-2's character for it; `''` for control tokens. */
  readonly tokens: readonly string[];
  readonly endIds: ReadonlySet<number>;
}

/** Apps use few schemas; a large one takes some megabytes. */
const MAX_COMPILED = 32;

/** Compiles grammars for one vocabulary, and keeps the last of them by their content. */
export class Grammars {
  readonly #xgrammar: Xgrammar;
  readonly #compiler: GrammarCompiler;
  /** The one used last at the end. */
  readonly #compiled = new Map<string, CompiledGrammar>();

  private constructor(xgrammar: Xgrammar, compiler: GrammarCompiler) {
    this.#xgrammar = xgrammar;
    this.#compiler = compiler;
  }

  static async create({ tokens, endIds }: GrammarVocabulary): Promise<Grammars> {
    const xgrammar = await loadXgrammar();
    const { TokenizerInfo, GrammarCompiler } = xgrammar;
    const info = await TokenizerInfo.createTokenizerInfo([...tokens], 'byte_level', false, tokens.length, [...endIds]);
    const compiler = await GrammarCompiler.createGrammarCompiler(info, false);
    info.dispose();
    return new Grammars(xgrammar, compiler);
  }

  /**
   * What follows one output through the grammar.
   *
   * @throws RequestError `invalid_json_schema` or `invalid_grammar`
   */
  async matcher(grammar: Grammar): Promise<Matcher> {
    const compiled = await this.#compile(grammar);
    const matcher = await this.#xgrammar.GrammarMatcher.createGrammarMatcher(compiled);
    return new Matcher(matcher, grammar.param ?? null);
  }

  async #compile({ param, ...grammar }: Grammar): Promise<CompiledGrammar> {
    const key = JSON.stringify(grammar);
    const known = this.#compiled.get(key);
    const compiled = known ?? (await this.#compileNew(grammar, param));
    this.#compiled.delete(key);
    this.#compiled.set(key, compiled);
    const [oldest] = this.#compiled;
    if (oldest && this.#compiled.size > MAX_COMPILED) {
      this.#compiled.delete(oldest[0]);
      oldest[1].dispose();
    }
    return compiled;
  }

  async #compileNew(grammar: Grammar, param: string | undefined): Promise<CompiledGrammar> {
    try {
      if (grammar.kind !== 'structural-tag') return await this.#compiler.compileGrammar(toEbnf(grammar));
      return await this.#compiler.compileStructuralTag(JSON.stringify(translateTag(grammar.tag)));
    } catch (error) {
      if (error instanceof RequestError) {
        const place = [param, error.param].filter(part => typeof part === 'string' && part !== '');
        throw new RequestError(error.message, error.code, place.length === 0 ? null : place.join('.'));
      }
      // xgrammar (0.1.27) aborts its WebAssembly, and goes on all the same when it is called again.
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      throw new RequestError('The grammar cannot be compiled.', 'invalid_grammar', param ?? null);
    }
  }

  dispose(): void {
    for (const compiled of this.#compiled.values()) compiled.dispose();
    this.#compiled.clear();
    this.#compiler.dispose();
  }
}
