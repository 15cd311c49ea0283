/**
 * By byte, GPT-2's way to write bytes as text: each of the 256 has a printable character, itself where it is printable
 * in Latin-1, and the next one from U+0100 on where it is not.
 *
 * Source: `bytes_to_unicode`, https://github.com/openai/gpt-2/blob/master/src/encoder.py
 */
export const byteCharacters: readonly string[] = (() => {
  const isPrintable = (byte: number) => (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
})();

const bytes: ReadonlyMap<string, number> = new Map(byteCharacters.map((character, byte) => [character, byte]));

const utf8 = new TextEncoder();

/** The text's UTF-8, one character a byte. */
export function toByteCharacters(text: string): string {
  let mapped = '';
  for (const byte of utf8.encode(text)) mapped += byteCharacters[byte];
  return mapped;
}

/** The bytes that {@link toByteCharacters} wrote; a character that stands for no byte gives its own UTF-8. */
export function fromByteCharacters(mapped: string): Uint8Array {
  return Uint8Array.from(Array.from(mapped).flatMap(character => bytes.get(character) ?? [...utf8.encode(character)]));
}
