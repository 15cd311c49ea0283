import { ModelError } from '../errors.ts';

export type NumericArray =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/** A value as the header reader found it. 64-bit integers beyond 2^53 stay bigints, and are refused as numbers. */
export type MetadataValue =
  | number
  | bigint
  | boolean
  | string
  | NumericArray
  | readonly bigint[]
  | readonly boolean[]
  | readonly string[];

/**
 * The key-value pairs of a GGUF header, read with the type that the caller expects.
 *
 * A plain getter throws ModelError `invalid_gguf` when the key is absent or holds another type. An `optional` getter
 * gives `undefined` for an absent key, and throws for another type all the same.
 */
export class Metadata {
  readonly #values: ReadonlyMap<string, MetadataValue>;

  constructor(values: ReadonlyMap<string, MetadataValue>) {
    this.#values = values;
  }

  keys(): IterableIterator<string> {
    return this.#values.keys();
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  /** Any integer or floating-point type. */
  number(key: string): number {
    return required(key, this.optionalNumber(key), 'a number');
  }

  optionalNumber(key: string): number | undefined {
    return this.#read(key, 'a number', value => typeof value === 'number');
  }

  string(key: string): string {
    return required(key, this.optionalString(key), 'a string');
  }

  optionalString(key: string): string | undefined {
    return this.#read(key, 'a string', value => typeof value === 'string');
  }

  boolean(key: string): boolean {
    return required(key, this.optionalBoolean(key), 'a boolean');
  }

  optionalBoolean(key: string): boolean | undefined {
    return this.#read(key, 'a boolean', value => typeof value === 'boolean');
  }

  strings(key: string): readonly string[] {
    return required(key, this.optionalStrings(key), 'an array of strings');
  }

  optionalStrings(key: string): readonly string[] | undefined {
    return this.#read(key, 'an array of strings', isStrings);
  }

  /** An array of any numeric type, in the file's own precision. */
  numbers(key: string): NumericArray {
    return required(key, this.optionalNumbers(key), 'an array of numbers');
  }

  optionalNumbers(key: string): NumericArray | undefined {
    return this.#read(key, 'an array of numbers', isNumbers);
  }

  /** One number for all of something, or an array with one for each. */
  optionalNumberOrNumbers(key: string): number | NumericArray | undefined {
    return this.#read(key, 'a number or an array of numbers', isNumberOrNumbers);
  }

  /** One number that says which, or an array that says of each whether. */
  optionalNumberOrBooleans(key: string): number | readonly boolean[] | undefined {
    return this.#read(key, 'a number or an array of booleans', isNumberOrBooleans);
  }

  booleans(key: string): readonly boolean[] {
    return required(key, this.optionalBooleans(key), 'an array of booleans');
  }

  optionalBooleans(key: string): readonly boolean[] | undefined {
    return this.#read(key, 'an array of booleans', isBooleans);
  }

  #read<T extends MetadataValue>(
    key: string,
    wanted: string,
    fits: (value: MetadataValue) => value is T,
  ): T | undefined {
    const value = this.#values.get(key);
    if (value === undefined || fits(value)) return value;
    throw new ModelError(`The model's ${key} is ${describe(value)}; it must be ${wanted}.`, 'invalid_gguf');
  }
}

function required<T>(key: string, value: T | undefined, wanted: string): T {
  if (value !== undefined) return value;
  throw new ModelError(`The model's ${key} is missing; it must be ${wanted}.`, 'invalid_gguf');
}

function isNumbers(value: MetadataValue): value is NumericArray {
  return ArrayBuffer.isView(value);
}

function isNumberOrNumbers(value: MetadataValue): value is number | NumericArray {
  return typeof value === 'number' || isNumbers(value);
}

// An empty array has no type of its own here, and fits every kind.
function isStrings(value: MetadataValue): value is readonly string[] {
  return Array.isArray(value) && value.every(element => typeof element === 'string');
}

function isBooleans(value: MetadataValue): value is readonly boolean[] {
  return Array.isArray(value) && value.every(element => typeof element === 'boolean');
}

function isNumberOrBooleans(value: MetadataValue): value is number | readonly boolean[] {
  return typeof value === 'number' || isBooleans(value);
}

/** Enough of a text or a number to recognise it, not a page of it. */
const SHOWN_CHARACTERS = 40;

function describe(value: MetadataValue): string {
  if (typeof value === 'object') {
    const of = ArrayBuffer.isView(value) ? 'number' : typeof value[0];
    return `an array of ${value.length} ${of}s`;
  }
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
  return `the ${typeof value} ${shown}`;
}
