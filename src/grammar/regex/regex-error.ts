/** A pattern that is malformed, or that no grammar here can follow. */
export class RegexError extends Error {}
