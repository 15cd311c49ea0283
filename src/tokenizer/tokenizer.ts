import { ModelError } from '../errors.ts';
import type { Metadata } from '../gguf/metadata.ts';

/** A stretch of text; control tokens are recognised only within one that is trusted. */
export interface TextSegment {
  readonly text: string;
  readonly trusted: boolean;
}

/** Text to token ids and back, as llama.cpp does it with the vocabulary in the same file. */
export interface Tokenizer {
  readonly vocabularySize: number;
  readonly bosId: number | undefined;
  readonly eosId: number | undefined;
  /** Tokens that end a generation. */
  readonly endIds: ReadonlySet<number>;
  /** Texts that become control tokens within a trusted segment. */
  readonly controlTokens: readonly string[];
  /** Neighbouring segments are tokenised as one text, but for control tokens. `addSpecial`: BOS and EOS as the file asks. */
  encode(segments: readonly TextSegment[], options: { readonly addSpecial: boolean }): number[];
  /** One token for display; `''` for an id outside the vocabulary. */
  text(id: number): string;
  /** What the token adds to the output, which need not be whole UTF-8; nothing for a control token. */
  bytes(id: number): Uint8Array;
  decoder(): TokenDecoder;
}

/** Turns tokens into text as they come, never giving out half a code point. */
export interface TokenDecoder {
  push(id: number): string;
  /** What is left at the end; U+FFFD for bytes that never became a code point. */
  flush(): string;
}

/** @throws ModelError `unsupported_tokenizer` when the file names a tokenizer that is not known here. */
export function createTokenizer(metadata: Metadata): Tokenizer {
  const model = metadata.string('tokenizer.ggml.model');
  throw new ModelError(`The model's tokenizer is '${model}'.`, 'unsupported_tokenizer');
}
