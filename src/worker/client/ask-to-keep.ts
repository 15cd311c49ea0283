/** Below this, fetching a model again costs less than a browser's question to the visitor. */
const WORTH_KEEPING_BYTES = 100e6;

let hasAsked = false;

/**
 * Asks the browser, once and without waiting, not to evict a model of this size when the disk runs full. Only windows
 * may ask, so the worker, which stores models, cannot (https://storage.spec.whatwg.org/#storagemanager).
 */
export function askToKeep(bytes: number): void {
  // Where a page may have no storage, the load itself says so.
  if (hasAsked || bytes < WORTH_KEEPING_BYTES || !navigator.storage) return;
  hasAsked = true;
  // A refusal changes nothing: the model is stored, and may be evicted.
  navigator.storage.persist().catch(() => {});
}
