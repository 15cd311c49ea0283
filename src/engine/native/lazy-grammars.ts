import type { Grammar } from '../../grammar/grammar.ts';
import { Grammars } from '../../grammar/grammars.ts';
import type { Matcher } from '../../grammar/matcher.ts';
import { byteCharacters } from '../../tokenizer/byte-level.ts';
import type { Tokenizer } from '../../tokenizer/tokenizer.ts';

/** A model's grammars. Their compiler is loaded, and told the vocabulary, when the first of them is asked for. */
export class LazyGrammars {
  readonly #tokenizer: Tokenizer;
  #grammars: Promise<Grammars> | undefined;

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** @throws RequestError `invalid_json_schema` or `invalid_grammar` */
  async matcher(grammar: Grammar): Promise<Matcher> {
    // A chunk that could not be fetched may be there the next time.
    this.#grammars ??= this.#load().catch((error: unknown) => {
      this.#grammars = undefined;
      throw error;
    });
    return (await this.#grammars).matcher(grammar);
  }

  #load(): Promise<Grammars> {
    const { vocabularySize, endIds } = this.#tokenizer;
    const tokens = Array.from({ length: vocabularySize }, (_, id) => this.#byteLevel(id));
    return Grammars.create({ tokens, endIds });
  }

  #byteLevel(id: number): string {
    let text = '';
    for (const byte of this.#tokenizer.bytes(id)) text += byteCharacters[byte];
    return text;
  }

  async dispose(): Promise<void> {
    const grammars = await this.#grammars?.catch(() => undefined);
    grammars?.dispose();
  }
}
