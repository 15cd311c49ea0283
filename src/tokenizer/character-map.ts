/**
 * SentencePiece's rules to normalise text, `tokenizer.ggml.precompiled_charsmap`: a double array of the byte strings
 * that are replaced, then their replacements.
 *
 * Source: https://github.com/google/sentencepiece/blob/master/src/normalizer.cc; the array is that of
 * https://github.com/s-yata/darts-clone
 */
import { ModelError } from '../errors.ts';
import type { NumericArray } from '../gguf/metadata.ts';

/** Bytes of the longest string that is replaced, far above any that exists: the file's array may go round in circles. */
const LONGEST_KEY = 256;

/** Bytes of the longest replacement, far above any that exists: a short text must not become an endless one. */
const LONGEST_REPLACEMENT = 256;

const LEAF = 1 << 8;

export class CharacterMap {
  readonly #units: Uint32Array;
  readonly #replacements: Uint8Array; // each with a 0 behind it

  /** @throws ModelError `invalid_gguf` */
  constructor(charsmap: NumericArray) {
    const bytes = Uint8Array.from(charsmap);
    const view = new DataView(bytes.buffer);
    const size = bytes.length < 4 ? 0 : view.getUint32(0, true);
    if (size === 0 || size % 4 !== 0 || 4 + size >= bytes.length)
      throw invalid(`says that its array takes ${size} bytes`);
    this.#units = Uint32Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
    this.#replacements = bytes.subarray(4 + size);
    let start = 0;
    for (let end = 0; end < this.#replacements.length; end++) {
      if (end - start > LONGEST_REPLACEMENT) throw invalid(`replaces by more than ${LONGEST_REPLACEMENT} bytes`);
      if (this.#replacements[end] === 0) start = end + 1;
    }
    if (start !== this.#replacements.length) throw invalid('does not end its last replacement');
  }

  /** From left to right, replaces the longest string that there is a rule for; the rest stays. */
  apply(text: string): string {
    const input = new TextEncoder().encode(text);
    const output: number[] = [];
    for (let at = 0; at < input.length; ) {
      const { length, replacement } = this.#longest(input, at);
      if (length === 0) {
        output.push(input[at++] ?? 0);
        continue;
      }
      at += length;
      for (let i = replacement; this.#replacements[i]; i++) output.push(this.#replacements[i] ?? 0);
    }
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(output));
  }

  /** The longest string at `start` that is replaced, and where its replacement begins. */
  #longest(input: Uint8Array, start: number): { length: number; replacement: number } {
    const found = { length: 0, replacement: 0 };
    const most = Math.min(input.length, start + LONGEST_KEY);
    let index = offsetOf(this.#units[0] ?? 0);
    for (let at = start; at < most; at++) {
      const byte = input[at] ?? 0;
      index ^= byte;
      const unit = this.#units[index] ?? 0;
      // The top bit tells a value from a node, which has its byte as a label.
      if (byte === 0 || (unit & 0x800000ff) !== byte) break;
      index ^= offsetOf(unit);
      if (unit & LEAF)
        Object.assign(found, { length: at + 1 - start, replacement: (this.#units[index] ?? 0) & 0x7fffffff });
    }
    return found;
  }
}

/** Where a node's children are, exclusive-or their labels. */
function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

function invalid(what: string): ModelError {
  return new ModelError(`The model's tokenizer.ggml.precompiled_charsmap ${what}.`, 'invalid_gguf');
}
