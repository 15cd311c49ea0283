import { ModelError } from '../errors.ts';
import type { Metadata, NumericArray } from '../gguf/metadata.ts';
import { controlTexts, endTexts } from './known-tokens.ts';

/** What a token is for; GGUF's numbers. */
export const tokenTypes = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

/** `<|user|>` and `<｜User｜>`, Gemma's `<start_of_turn>`, Llama 2's `[INST]` and `[/INST]`. */
const templateMark = /^(?:<\|[^|<>]+\|>|<｜[^｜<>]+｜>|<(?:start|end)_of_[a-z_]+>|\[\/?INST\])$/;

/** Where special tokens are unless the file says otherwise, by `tokenizer.ggml.model`. */
const defaultIds: ReadonlyMap<string, Readonly<Record<string, number>>> = new Map([
  ['llama', { bos: 1, eos: 2 }],
  ['bert', { unknown: 100, bos: 101, seperator: 102 }],
  ['t5', { eos: 1, unknown: 2 }],
]);

/** The tokens of a model's file and what is special about them, as llama.cpp understands them. */
export class Vocabulary {
  readonly texts: readonly string[];
  /** Tokens that plain text may become: all but guarded ones, so that no text can smuggle one in. */
  readonly ids: ReadonlyMap<string, number>;
  /** Tokens that end a generation. */
  readonly endIds: ReadonlySet<number>;
  readonly #types: Uint8Array;
  readonly #metadata: Metadata;

  constructor(metadata: Metadata) {
    this.#metadata = metadata;
    // llama.cpp's names for tokens without a text.
    this.texts = metadata.strings('tokenizer.ggml.tokens').map((text, id) => text || `[EMPTY_${id}]`);
    const ids = idsByText(this.texts);
    this.endIds = this.#findEndIds(ids);

    this.#types = Uint8Array.from(
      this.perToken('tokenizer.ggml.token_type') ?? this.texts.map(() => tokenTypes.normal),
    );
    for (const text of [...endTexts, ...controlTexts]) {
      const id = ids.get(text);
      if (id !== undefined) this.#types[id] = tokenTypes.control;
    }
    for (const [id, text] of this.texts.entries()) if (this.isGuarded(id)) ids.delete(text);
    this.ids = ids;
  }

  get size(): number {
    return this.texts.length;
  }

  /** One of {@link tokenTypes}, or what else the file says. */
  type(id: number): number | undefined {
    return this.#types[id];
  }

  /**
   * In the prompt only where trusted text asks for it: control tokens, and user-defined ones that look like the marks
   * between a template's messages (`<|im_start|>`). Many files give those the wrong type. They stay user-defined
   * otherwise, so that they show in the output. Marks within messages (`<think>`, `<tool_call>`) are not guarded:
   * templates look for them in messages, and what a model wrote must become the same tokens again. Whether the
   * template contains a mark does not matter, since many put marks together (`'<|' + role + '|>'`).
   */
  isGuarded(id: number): boolean {
    return this.isControl(id) || (this.type(id) === tokenTypes.userDefined && templateMark.test(this.texts[id] ?? ''));
  }

  /** Control and unknown tokens, which are never part of the output. */
  isControl(id: number): boolean {
    return this.type(id) === tokenTypes.control || this.type(id) === tokenTypes.unknown;
  }

  /** The id under `tokenizer.ggml.{name}_token_id`; one that is no token of the vocabulary counts as absent. */
  special(name: string): number | undefined {
    const id = this.#metadata.optionalNumber(`tokenizer.ggml.${name}_token_id`);
    if (id !== undefined && this.texts[id] !== undefined) return id;
    const usual = defaultIds.get(this.#metadata.string('tokenizer.ggml.model'))?.[name];
    return usual !== undefined && this.texts[usual] !== undefined ? usual : undefined;
  }

  /** An array with one number a token; `undefined` when the file has none. */
  perToken(key: string): NumericArray | undefined {
    const values = this.#metadata.optionalNumbers(key);
    if (values === undefined || values.length >= this.size) return values;
    const message = `The model's ${key} has ${values.length} values for ${this.size} tokens.`;
    throw new ModelError(message, 'invalid_gguf');
  }

  #findEndIds(ids: ReadonlyMap<string, number>): Set<number> {
    const names = ['eos', 'eot', 'eom', 'fim_pad', 'fim_rep', 'fim_sep'];
    const found = [...names.map(name => this.special(name)), ...endTexts.map(text => ids.get(text))];
    const endIds = new Set(found.filter(id => id !== undefined));
    // In these formats the second token ends a message or a part of one, and the answer goes on behind it.
    const goesOn = [
      [['<|return|>', '<|call|>'], '<|end|>'],
      [['<|flush|>', '<|calls|>'], '<|end|>'],
      [['<|tool_response>'], '</s>'],
    ] as const;
    for (const [signs, text] of goesOn) {
      const id = ids.get(text);
      if (id !== undefined && signs.every(sign => ids.has(sign))) endIds.delete(id);
    }
    return endIds;
  }
}

function idsByText(texts: readonly string[]): Map<string, number> {
  const ids = new Map(texts.map((text, id) => [text, id]));
  if (ids.size === texts.length) return ids;
  const twice = texts.find((text, id) => ids.get(text) !== id);
  throw new ModelError(`The model's vocabulary holds the token ${JSON.stringify(twice)} twice.`, 'invalid_gguf');
}
