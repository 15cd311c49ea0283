import type { HeaderCursor } from './header-cursor.ts';
import type { MetadataValue, NumericArray } from './metadata.ts';

/** One of GGUF's value types: how to read one value, and how to read an array of `count` of them. */
interface ValueType {
  /** Bytes of the smallest value. */
  readonly bytes: number;
  one(cursor: HeaderCursor): MetadataValue;
  many(cursor: HeaderCursor, count: number): MetadataValue;
}

const ARRAY = 9;

/** By GGUF's number of the type. */
const valueTypes: Readonly<Record<number, ValueType>> = {
  0: numeric(Uint8Array, cursor => cursor.u8()),
  1: numeric(Int8Array, cursor => cursor.i8()),
  2: numeric(Uint16Array, cursor => cursor.u16()),
  3: numeric(Int16Array, cursor => cursor.i16()),
  4: numeric(Uint32Array, cursor => cursor.u32()),
  5: numeric(Int32Array, cursor => cursor.i32()),
  6: numeric(Float32Array, cursor => cursor.f32()),
  7: { bytes: 1, one: readBoolean, many: (cursor, count) => repeat(count, () => readBoolean(cursor)) },
  8: {
    bytes: 8,
    one: cursor => cursor.string('text'),
    many: (cursor, count) => repeat(count, () => cursor.string('text')),
  },
  10: wide(cursor => cursor.u64()),
  11: wide(cursor => cursor.i64()),
  12: numeric(Float64Array, cursor => cursor.f64()),
};

/** Reads a value behind its type. Arrays of arrays are refused: no model has them, nor would llama.cpp read them. */
export function readValue(cursor: HeaderCursor, key: string): MetadataValue {
  const id = cursor.u32();
  if (id !== ARRAY) return valueType(cursor, key, id).one(cursor);
  const element = valueType(cursor, key, cursor.u32());
  return element.many(cursor, cursor.count(element.bytes, `elements of ${key}`));
}

function valueType(cursor: HeaderCursor, key: string, id: number): ValueType {
  const type = valueTypes[id];
  if (type === undefined) throw cursor.fail(`${key} has the value type ${id}, which does not exist or cannot be here`);
  return type;
}

interface NumericArrayType {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer): NumericArray;
}

/** Arrays are read by the bytes: every machine that WebGPU runs on is little-endian, as GGUF is. */
function numeric(ArrayType: NumericArrayType, one: (cursor: HeaderCursor) => number): ValueType {
  const bytes = ArrayType.BYTES_PER_ELEMENT;
  return { bytes, one, many: (cursor, count) => new ArrayType(cursor.copy(count * bytes)) };
}

/** 64-bit integers become numbers where a number can hold them. */
function wide(read: (cursor: HeaderCursor) => bigint): ValueType {
  return {
    bytes: 8,
    one: cursor => {
      const value = read(cursor);
      return isSafe(value) ? Number(value) : value;
    },
    many: (cursor, count) => {
      const values = repeat(count, () => read(cursor));
      return values.every(isSafe) ? Float64Array.from(values, Number) : values;
    },
  };
}

function isSafe(value: bigint): boolean {
  return Number.isSafeInteger(Number(value));
}

function readBoolean(cursor: HeaderCursor): boolean {
  const byte = cursor.u8();
  if (byte > 1) throw cursor.fail(`a boolean at byte ${cursor.position - 1} is ${byte}; 0 and 1 are allowed`);
  return byte === 1;
}

/** Grows with what is read: an array allocated for a claimed count could be huge. */
function repeat<T>(count: number, read: () => T): T[] {
  const values: T[] = [];
  for (let index = 0; index < count; index++) values.push(read());
  return values;
}
