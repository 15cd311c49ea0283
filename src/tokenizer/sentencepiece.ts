import { ModelError } from '../errors.ts';
import type { Metadata } from '../gguf/metadata.ts';
import { byteFallback } from './byte-tokens.ts';
import { mergePairs } from './merge-pairs.ts';
import type { TokenModel } from './token-model.ts';
import type { Vocabulary } from './vocabulary.ts';

const SPACE = '▁';

const utf8 = new TextEncoder();

/**
 * Byte-pair encoding by scores with byte fallback, the `llama` tokenizers.
 *
 * A character that is no token becomes its bytes' tokens; the unknown token where the vocabulary lacks those (llama.cpp
 * aborts there); and nothing where it has no unknown token either.
 */
export function sentencePiece(metadata: Metadata, vocabulary: Vocabulary): TokenModel {
  const { ids } = vocabulary;
  const scores = vocabulary.perToken('tokenizer.ggml.scores');
  if (scores === undefined) throw new ModelError("The model's tokenizer.ggml.scores is missing.", 'invalid_gguf');
  const addSpacePrefix = metadata.optionalBoolean('tokenizer.ggml.add_space_prefix') ?? true;
  const unknownId = vocabulary.special('unknown');
  const bytesOf = byteFallback(ids);
  const encodeUnknown = (character: string) => bytesOf(character) ?? (unknownId === undefined ? [] : [unknownId]);

  return {
    addBos: true,
    addEos: false,
    encode(text, first, output) {
      const escaped = (addSpacePrefix && first ? ` ${text}` : text).replaceAll(' ', SPACE);
      const rank = (start: number, _middle: number, end: number) => {
        const id = ids.get(escaped.slice(start, end));
        return id === undefined ? undefined : -(scores[id] ?? 0);
      };
      for (const piece of mergePairs(escaped, rank)) {
        const id = ids.get(piece);
        if (id !== undefined) output.push(id);
        else output.push(...encodeUnknown(piece));
      }
    },
    bytes: text => utf8.encode(text.replaceAll(SPACE, ' ')),
  };
}
