/**
 * The messages that wllama's module takes and gives: "GLUE", a version, a name of eight letters, then each field's type
 * and value, little-endian.
 *
 * https://github.com/ngxson/wllama/blob/master/cpp/glue.hpp
 */

/** `undefined` stands for a field that is left to its default. */
export type Field = undefined | boolean | string | number | Int32Array | readonly string[];

const MAGIC = 'GLUE';
const VERSION = 1;
const NULL = 0;
const BOOL = 1;
const INT = 2;
const FLOAT = 3;
const STRING = 4;
const INTS = 7;
const FLOATS = 8;
const STRINGS = 9;

/** Numbers are written as integers: no field of ours is anything else. */
export function encodeMessage(name: string, fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  const text = (value: string) => pieces.push(new TextEncoder().encode(value));
  const words = (...values: number[]) => pieces.push(new Uint8Array(Int32Array.from(values).buffer));
  const sized = (value: string) => {
    const bytes = new TextEncoder().encode(value);
    words(bytes.length);
    pieces.push(bytes);
  };
  text(MAGIC);
  words(VERSION);
  text(name);
  for (const field of fields) {
    if (field === undefined) words(NULL);
    else if (typeof field === 'boolean') words(BOOL, Number(field));
    else if (typeof field === 'number') words(INT, field);
    else if (typeof field === 'string') {
      words(STRING);
      sized(field);
    } else if (field instanceof Int32Array) words(INTS, field.length, ...field);
    else {
      words(STRINGS, field.length);
      for (const value of field) sized(value);
    }
  }
  return joined(pieces);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let end = 0;
  for (const piece of pieces) {
    all.set(piece, end);
    end += piece.length;
  }
  return all;
}

/** A message's name and the values of its fields, in their order. */
export function decodeMessage(bytes: Uint8Array<ArrayBuffer>): { name: string; fields: unknown[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = new TextDecoder();
  let at = MAGIC.length + 4;
  const word = () => {
    at += 4;
    return view.getInt32(at - 4, true);
  };
  const take = (length: number) => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  const string = () => text.decode(take(word()));
  const words = () => take(4 * word()).slice().buffer;
  const readers: Record<number, () => unknown> = {
    [NULL]: () => undefined,
    [BOOL]: () => word() !== 0,
    [INT]: word,
    [FLOAT]: () => new Float32Array(take(4).slice().buffer)[0],
    [STRING]: string,
    [INTS]: () => new Int32Array(words()),
    [FLOATS]: () => new Float32Array(words()),
    [STRINGS]: () => Array.from({ length: word() }, string),
  };
  const name = text.decode(take(8));
  const fields: unknown[] = [];
  while (at < bytes.length) {
    const type = word();
    const read = readers[type];
    if (!read) throw new TypeError(`${name} has a field of the unknown type ${type}.`);
    fields.push(read());
  }
  return { name, fields };
}
