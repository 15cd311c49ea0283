import { ModelError } from '../errors.ts';
import type { Metadata } from '../gguf/metadata.ts';

/** Far above any context, and low enough that positions stay exact integers. */
export const MAX_CONTEXT = 2 ** 31;

/** Far above any model that exists, and low enough that sizes computed from widths stay exact integers. */
export const MAX_WIDTH = 2 ** 20;

/** Of layers that take turns in how they attend; far above any that exists. */
const MAX_PERIOD = 1024;

/**
 * The numbers of one architecture in a file's metadata, whose keys all begin with its name.
 *
 * @throws ModelError `invalid_gguf` where one is missing, without a fallback, or makes no sense.
 */
export class ArchitectureKeys {
  readonly #metadata: Metadata;
  readonly #architecture: string;

  constructor(metadata: Metadata, architecture: string) {
    this.#metadata = metadata;
    this.#architecture = architecture;
  }

  /** The whole key, for messages. */
  key(name: string): string {
    return `${this.#architecture}.${name}`;
  }

  /** An integer from 1 to `most`. */
  count(name: string, most: number, fallback?: number): number {
    return this.#checkedCount(name, this.#number(name) ?? fallback ?? this.#metadata.number(this.key(name)), most);
  }

  /**
   * An integer from 1 to `most` that a file may write for each layer, with 0 for layers that have no use for it.
   *
   * @throws ModelError `unsupported_architecture` too, where layers differ otherwise
   */
  countOfLayers(name: string, most: number, fallback?: number): number {
    const key = this.key(name);
    const given = this.#metadata.optionalNumberOrNumbers(key) ?? fallback ?? this.#metadata.number(key);
    const all = typeof given === 'number' ? [given] : [...given];
    const used = [...new Set(all.filter(count => count !== 0))];
    const [value = 0] = used;
    if (used.length > 1) {
      throw new ModelError(`${this.key(name)} is ${used.join(' and ')} in one file.`, 'unsupported_architecture');
    }
    return this.#checkedCount(name, value, most);
  }

  /** Positions that layers with a sliding window see; `undefined` where the file has none. */
  window(): number | undefined {
    const name = 'attention.sliding_window';
    return this.optionalPositive(name) && this.count(name, MAX_CONTEXT);
  }

  /** Which layers have a sliding window: all but the last of each `period`, unless the file says another, or lists them. */
  slidingLayers(layers: number, period: number): boolean[] {
    const name = 'attention.sliding_window_pattern';
    const given = this.#metadata.optionalNumberOrBooleans(this.key(name)) ?? period;
    if (typeof given === 'object' && given.length < layers) {
      const message = `${this.key(name)} has ${given.length} values for ${layers} layers.`;
      throw new ModelError(message, 'invalid_gguf');
    }
    if (typeof given === 'object') return given.slice(0, layers);
    const checked = this.#checkedCount(name, given, MAX_PERIOD);
    return Array.from({ length: layers }, (_, i) => (i + 1) % checked !== 0);
  }

  /** A number above zero. */
  positive(name: string, fallback?: number): number {
    const value = this.#number(name) ?? fallback ?? this.#metadata.number(this.key(name));
    if (Number.isFinite(value) && value > 0) return value;
    throw this.#invalid(name, value, 'a positive number');
  }

  /** Where the key is there and not 0, which stands for none, a number above zero. */
  optionalPositive(name: string): number | undefined {
    return this.#number(name) ? this.positive(name) : undefined;
  }

  optionalString(name: string): string | undefined {
    return this.#metadata.optionalString(this.key(name));
  }

  optionalBoolean(name: string): boolean | undefined {
    return this.#metadata.optionalBoolean(this.key(name));
  }

  #checkedCount(name: string, value: number, most: number): number {
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw this.#invalid(name, value, `an integer from 1 to ${most}`);
  }

  #number(name: string): number | undefined {
    return this.#metadata.optionalNumber(this.key(name));
  }

  #invalid(name: string, value: number, wanted: string): ModelError {
    return new ModelError(`${this.key(name)} is ${value}; it must be ${wanted}.`, 'invalid_gguf');
  }
}
