/** `<0x0A>` and the like, as SentencePiece writes the token of a byte. */
const byteToken = /^<0x([0-9A-Fa-f]{2})>$/;

const utf8 = new TextEncoder();

/** The byte that a token's text names. */
export function namedByte(text: string): number | undefined {
  const digits = byteToken.exec(text)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
}

/** Makes what gives the tokens of a character's bytes; `undefined` where the vocabulary lacks one. */
export function byteFallback(ids: ReadonlyMap<string, number>): (character: string) => number[] | undefined {
  const byteIds = Array.from({ length: 256 }, (_, byte) => {
    return ids.get(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  });
  return character => {
    const bytes = [...utf8.encode(character)].map(byte => byteIds[byte]);
    const known = bytes.filter(id => id !== undefined);
    return known.length === bytes.length ? known : undefined;
  };
}
