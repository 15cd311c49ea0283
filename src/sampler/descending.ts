/**
 * Indices of `values` from the largest value to the smallest, the lower index first among equals.
 *
 * A heap: the whole costs what sorting does, but the first few of a large vocabulary come in one linear pass.
 */
export function* descending(values: Float32Array): Generator<number, void> {
  const heap = Uint32Array.from(values.keys());
  let size = heap.length;
  const at = (slot: number) => heap[slot] ?? 0;
  const precedes = (a: number, b: number) => {
    const difference = (values[a] ?? 0) - (values[b] ?? 0);
    return difference > 0 || (difference === 0 && a < b);
  };
  const sink = (from: number) => {
    const moving = at(from);
    let slot = from;
    for (let child = 2 * slot + 1; child < size; child = 2 * slot + 1) {
      if (child + 1 < size && precedes(at(child + 1), at(child))) child++;
      if (!precedes(at(child), moving)) break;
      heap[slot] = at(child);
      slot = child;
    }
    heap[slot] = moving;
  };
  for (let slot = Math.floor(size / 2) - 1; slot >= 0; slot--) sink(slot);
  while (size > 0) {
    yield at(0);
    size--;
    heap[0] = at(size);
    sink(0);
  }
}
