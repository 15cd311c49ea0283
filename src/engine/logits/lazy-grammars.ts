import type { Grammar } from '../../grammar/grammar.ts';
import { Grammars } from '../../grammar/grammars.ts';
import type { Matcher } from '../../grammar/matcher.ts';
import { byteCharacters } from '../../tokenizer/byte-level.ts';
import type { Tokenizer, TokenOutput } from '../../tokenizer/tokenizer.ts';

/** A model's grammars. Their compiler is loaded, and told the vocabulary, when the first of them is asked for. */
export class LazyGrammars {
  readonly #tokenizer: Tokenizer;
  /** By the control tokens that the output keeps: a model's template has them always the same, or two or three ways. */
  readonly #grammars = new Map<string, Promise<Grammars>>();

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /**
   * @param keep control tokens whose texts are part of the language.
   * @throws RequestError `invalid_json_schema` or `invalid_grammar`
   */
  async matcher(grammar: Grammar, keep: readonly string[] = []): Promise<Matcher> {
    const key = JSON.stringify(keep);
    let loading = this.#grammars.get(key);
    if (!loading) {
      loading = this.#load(this.#tokenizer.keeping(keep));
      this.#grammars.set(key, loading);
      // A chunk that could not be fetched may be there the next time.
      loading.catch(() => this.#grammars.delete(key));
    }
    return (await loading).matcher(grammar);
  }

  #load(output: TokenOutput): Promise<Grammars> {
    const { vocabularySize, endIds } = this.#tokenizer;
    const tokens = Array.from({ length: vocabularySize }, (_, id) => byteLevel(output.bytes(id)));
    return Grammars.create({ tokens, endIds });
  }

  async dispose(): Promise<void> {
    for (const loading of this.#grammars.values()) {
      const grammars = await loading.catch(() => undefined);
      await grammars?.dispose();
    }
  }
}

function byteLevel(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byteCharacters[byte];
  return text;
}
