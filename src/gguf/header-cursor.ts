import { ModelError } from '../errors.ts';

/** `name`: what to call the file. */
export function invalidGguf(name: string, problem: string): ModelError {
  return new ModelError(`${name} is not a usable GGUF file: ${problem}.`, 'invalid_gguf');
}

/** Thrown when a parse needs bytes up to `end` that have not been read yet; `HeaderReader` reads them and retries. */
export class MoreBytesNeeded extends Error {
  readonly end: number;

  constructor(end: number) {
    super(`bytes up to ${end} are needed`);
    this.end = end;
  }
}

// A vocabulary may hold the token U+FEFF, which a decoder drops as a byte-order mark unless told not to.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Walks over little-endian values in the part of a header that has been read.
 *
 * @throws ModelError `invalid_gguf` for a length that goes beyond `limit`, before anything of that length is allocated.
 */
export class HeaderCursor {
  position: number;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #limit: number;
  readonly #name: string;

  /** `limit`: where the header must end at the latest. `name`: what messages call the file. */
  constructor(bytes: Uint8Array<ArrayBuffer>, position: number, limit: number, name: string) {
    this.position = position;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#limit = limit;
    this.#name = name;
  }

  fail(problem: string): ModelError {
    return invalidGguf(this.#name, problem);
  }

  u8 = (): number => this.#view.getUint8(this.#take(1));
  i8 = (): number => this.#view.getInt8(this.#take(1));
  u16 = (): number => this.#view.getUint16(this.#take(2), true);
  i16 = (): number => this.#view.getInt16(this.#take(2), true);
  u32 = (): number => this.#view.getUint32(this.#take(4), true);
  i32 = (): number => this.#view.getInt32(this.#take(4), true);
  f32 = (): number => this.#view.getFloat32(this.#take(4), true);
  f64 = (): number => this.#view.getFloat64(this.#take(8), true);
  u64 = (): bigint => this.#view.getBigUint64(this.#take(8), true);
  i64 = (): bigint => this.#view.getBigInt64(this.#take(8), true);

  /** How many elements follow, of which each takes `elementBytes` at least. */
  count(elementBytes: number, what: string): number {
    const count = this.u64();
    const room = Math.floor((this.#limit - this.position) / elementBytes);
    if (count > BigInt(room)) throw this.fail(`it claims ${count} ${what} where at most ${room} have room`);
    return Number(count);
  }

  /** UTF-8 behind a 64-bit length. */
  string(what: string, maximumBytes = this.#limit): string {
    const length = this.count(1, `bytes of ${what}`);
    if (length > maximumBytes) throw this.fail(`a ${what} has ${length} bytes; ${maximumBytes} are allowed`);
    const start = this.#take(length);
    try {
      return utf8.decode(this.#bytes.subarray(start, start + length));
    } catch {
      throw this.fail(`a ${what} at byte ${start} is not UTF-8`);
    }
  }

  /** A copy, and so aligned for every typed array. */
  copy(length: number): ArrayBuffer {
    const start = this.#take(length);
    return this.#bytes.slice(start, start + length).buffer;
  }

  /** Moves over `length` bytes and gives where they begin. */
  #take(length: number): number {
    const start = this.position;
    const end = start + length;
    if (end > this.#limit) throw this.fail('it ends in the middle of its header');
    if (end > this.#bytes.length) throw new MoreBytesNeeded(end);
    this.position = end;
    return start;
  }
}
