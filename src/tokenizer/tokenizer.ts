import { ModelError } from '../errors.ts';
import type { Metadata } from '../gguf/metadata.ts';
import { byteLevelBpe } from './byte-level-bpe.ts';
import { namedByte } from './byte-tokens.ts';
import { sentencePiece } from './sentencepiece.ts';
import { cutSpecialTokens, type SpecialToken, specialTokens, type TextSegment } from './special-tokens.ts';
import type { TokenModel } from './token-model.ts';
import { unigram } from './unigram.ts';
import { tokenTypes, Vocabulary } from './vocabulary.ts';
import { wordPiece } from './wordpiece.ts';

export type { TextSegment } from './special-tokens.ts';

/** What tokens become in an output. */
export interface TokenOutput {
  /** What the token adds to the output, which need not be whole UTF-8; nothing for a control token. */
  bytes(id: number): Uint8Array;
  decoder(): TokenDecoder;
}

/** Text to token ids and back, as llama.cpp does it with the vocabulary in the same file. */
export interface Tokenizer extends TokenOutput {
  readonly vocabularySize: number;
  /**
   * Characters of the longest token, so that a text's length says how many tokens it becomes at least; infinite where
   * it says nothing.
   */
  readonly longestToken: number;
  readonly bosId: number | undefined;
  readonly eosId: number | undefined;
  /** Tokens that end a generation. */
  readonly endIds: ReadonlySet<number>;
  /** Texts that become tokens within a trusted segment only: control tokens, and the like. */
  readonly controlTokens: readonly string[];
  /** Segments are tokenised as one text, but for those. `addSpecial`: BOS and EOS as the file asks. */
  encode(segments: readonly TextSegment[], options: { readonly addSpecial: boolean }): number[];
  /** One token for display, a control token by its name; `''` for an id outside the vocabulary. */
  text(id: number): string;
  /** The same output, but that these control tokens add their texts. */
  keeping(controlTokens: readonly string[]): TokenOutput;
}

/** Turns tokens into text as they come, never giving out half a code point. */
export interface TokenDecoder {
  push(id: number): string;
  /** What is left at the end; U+FFFD for bytes that never became a code point. */
  flush(): string;
}

/** By `tokenizer.ggml.model`. */
const models: ReadonlyMap<string, (metadata: Metadata, vocabulary: Vocabulary) => TokenModel> = new Map([
  ['gpt2', byteLevelBpe],
  ['llama', sentencePiece],
  ['t5', unigram],
  ['bert', wordPiece],
]);

/**
 * @throws ModelError `unsupported_tokenizer` when the file names a tokenizer that is not known here, `invalid_gguf`
 * when parts of it are missing or contradict each other.
 */
export function createTokenizer(metadata: Metadata): Tokenizer {
  const name = metadata.string('tokenizer.ggml.model');
  const createModel = models.get(name);
  if (createModel === undefined) {
    const message = `The model's tokenizer.ggml.model is '${name}'; known are ${[...models.keys()].join(', ')}.`;
    throw new ModelError(message, 'unsupported_tokenizer');
  }
  const vocabulary = new Vocabulary(metadata);
  return new GgufTokenizer(metadata, vocabulary, createModel(metadata, vocabulary));
}

const utf8 = new TextEncoder();
const decodeWhole = new TextDecoder('utf-8', { ignoreBOM: true });
const NO_BYTES = new Uint8Array(0);

class GgufTokenizer implements Tokenizer {
  readonly longestToken: number;
  readonly bosId: number | undefined;
  readonly eosId: number | undefined;
  readonly controlTokens: readonly string[];
  /** What stands before and behind a text with special tokens. */
  readonly #opening: number | undefined;
  readonly #closing: number | undefined;
  readonly #vocabulary: Vocabulary;
  readonly #specialTokens: readonly SpecialToken[];
  readonly #model: TokenModel;

  constructor(metadata: Metadata, vocabulary: Vocabulary, model: TokenModel) {
    this.#vocabulary = vocabulary;
    this.#model = model;
    this.#specialTokens = specialTokens(vocabulary, metadata.optionalString('general.name') ?? '');
    this.controlTokens = this.#specialTokens.filter(({ guarded }) => guarded).map(({ text }) => text);
    // A token's text has a character for each byte or for each character, and so no fewer than what it stands for.
    const longest = vocabulary.texts.reduce((longest, text) => Math.max(longest, text.length), 1);
    this.longestToken = model.drops ? Number.POSITIVE_INFINITY : longest;
    this.bosId = vocabulary.special('bos');
    this.eosId = vocabulary.special('eos');
    if (model.framed) {
      this.#opening = this.bosId;
      this.#closing = vocabulary.special('seperator'); // GGUF's spelling
      return;
    }
    const addBos = metadata.optionalBoolean('tokenizer.ggml.add_bos_token') ?? model.addBos;
    const addEos = metadata.optionalBoolean('tokenizer.ggml.add_eos_token') ?? model.addEos;
    this.#opening = addBos ? this.bosId : undefined;
    this.#closing = addEos ? this.eosId : undefined;
  }

  get vocabularySize(): number {
    return this.#vocabulary.size;
  }

  get endIds(): ReadonlySet<number> {
    return this.#vocabulary.endIds;
  }

  encode(segments: readonly TextSegment[], { addSpecial }: { readonly addSpecial: boolean }): number[] {
    const ids: number[] = [];
    let first = true;
    for (const fragment of cutSpecialTokens(segments, this.#specialTokens)) {
      if ('id' in fragment) ids.push(fragment.id);
      else this.#model.encode(fragment.text, first, ids);
      first = 'id' in fragment;
    }
    if (!addSpecial) return ids;
    // Unlike llama.cpp, which warns of a second BOS and adds it all the same: chat templates write their own.
    if (this.#opening !== undefined && ids[0] !== this.#opening) ids.unshift(this.#opening);
    if (this.#closing !== undefined) ids.push(this.#closing);
    return ids;
  }

  text(id: number): string {
    const text = this.#vocabulary.texts[id] ?? '';
    return this.#vocabulary.isControl(id) ? text : decodeWhole.decode(this.bytes(id));
  }

  bytes(id: number): Uint8Array {
    const text = this.#vocabulary.texts[id] ?? '';
    switch (this.#vocabulary.type(id)) {
      case tokenTypes.normal:
        return this.#model.bytes(text);
      case tokenTypes.userDefined:
        return utf8.encode(text);
      case tokenTypes.byte: {
        const byte = namedByte(text);
        return byte === undefined ? this.#model.bytes(text) : Uint8Array.of(byte);
      }
      default:
        return NO_BYTES;
    }
  }

  decoder(): TokenDecoder {
    return decoderOf(this);
  }

  keeping(controlTokens: readonly string[]): TokenOutput {
    const kept = new Map(
      this.#specialTokens
        .filter(({ text }) => controlTokens.includes(text))
        .map(({ id, text }) => [id, utf8.encode(text)] as const),
    );
    const output = {
      bytes: (id: number) => kept.get(id) ?? this.bytes(id),
      decoder: () => decoderOf(output),
    };
    return output;
  }
}

function decoderOf(output: Pick<TokenOutput, 'bytes'>): TokenDecoder {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return {
    push: id => decoder.decode(output.bytes(id), { stream: true }),
    flush: () => decoder.decode(),
  };
}
