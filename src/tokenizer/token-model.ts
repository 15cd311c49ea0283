/** What differs between the kinds of tokenizers. */
export interface TokenModel {
  /** Whether a text begins with BOS when the file does not say. */
  readonly addBos: boolean;
  /** Whether it ends with EOS then. */
  readonly addEos: boolean;
  /** Texts stand between BOS and the separator, whatever the file says. */
  readonly framed?: true;
  /** A text may become fewer tokens than the length of the longest allows, since some of it leaves none. */
  readonly drops?: true;
  /** Appends the tokens of plain text. `first`: nothing or a special token stands before it. */
  encode(text: string, first: boolean, output: number[]): void;
  /** The output bytes of a normal token with this text. */
  bytes(text: string): Uint8Array;
}
