/**
 * Texts by their beginnings: walking down from the root along a text meets every text that it begins with. Nodes are
 * numbers, the way between two of them by one UTF-16 unit an entry in a hash table, so that a vocabulary of 250,000
 * tokens takes some megabytes.
 */
export class Trie {
  static readonly ROOT = 0;
  readonly #keys: Float64Array; // parent · 2¹⁶ + unit
  readonly #children: Int32Array; // 0, which is nobody's child, where the slot is free
  readonly #values: Int32Array; // by node; -1 where no text ends
  #nodes = 1;

  /** @param values of the texts, from 0 on; of equal texts the last one's. */
  constructor(values: ReadonlyMap<string, number>) {
    const texts = [...values.keys()].sort();
    const nodes = texts.reduce((sum, text, i) => sum + text.length - commonLength(text, texts[i - 1] ?? ''), 1);
    const slots = 2 ** Math.ceil(Math.log2(nodes * 2));
    this.#keys = new Float64Array(slots);
    this.#children = new Int32Array(slots);
    this.#values = new Int32Array(nodes).fill(-1);
    for (const text of texts) this.#insert(text, values.get(text) ?? -1);
  }

  /** The node behind `node` by a UTF-16 unit; `undefined` when no text goes on like this. */
  child(node: number, unit: number): number | undefined {
    return this.#children[this.#slot(node, unit)] || undefined;
  }

  /** Of the text that ends at a node. */
  value(node: number): number | undefined {
    const value = this.#values[node] ?? -1;
    return value < 0 ? undefined : value;
  }

  #insert(text: string, value: number): void {
    let node = Trie.ROOT;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      const slot = this.#slot(node, unit);
      if (!this.#children[slot]) {
        this.#keys[slot] = node * 0x10000 + unit;
        this.#children[slot] = this.#nodes++;
      }
      node = this.#children[slot] ?? Trie.ROOT;
    }
    this.#values[node] = value;
  }

  /** Where a way is, or would be. */
  #slot(node: number, unit: number): number {
    const key = node * 0x10000 + unit;
    const last = this.#keys.length - 1;
    let slot = (Math.imul(node, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b)) >>> 7;
    for (slot &= last; this.#children[slot] && this.#keys[slot] !== key; slot = (slot + 1) & last);
    return slot;
  }
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}
