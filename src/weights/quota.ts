import { EnvironmentError } from '../errors.ts';

/** Below this, fetching a model again costs less than a browser's question to the visitor. */
const WORTH_KEEPING_BYTES = 100e6;

/**
 * Believes the browser's own estimate. Chromium never tells of more than 10 GiB, so a larger model is refused there; and
 * where the disk has less than it tells, the write that fails is refused with the same code.
 *
 * @throws EnvironmentError `quota_exceeded` when the browser says that it has no room for so many bytes.
 */
export async function requireRoom(name: string, bytes: number): Promise<void> {
  const { quota, usage = 0 } = await navigator.storage.estimate();
  if (quota === undefined || bytes <= quota - usage) return;
  throw new EnvironmentError(
    `${name} needs ${gigabytes(bytes)} of storage, and the browser has ${gigabytes(Math.max(quota - usage, 0))} left ` +
      'for this site. Delete a stored model, or free space on the disk.',
    'quota_exceeded',
  );
}

let hasAsked = false;

/**
 * Asks the browser, once for each of its contexts and without waiting, not to evict a model of this size when the disk
 * runs full. Only windows may ask, so in a worker this does nothing (https://storage.spec.whatwg.org/#storagemanager).
 */
export function askToKeep(bytes: number): void {
  if (hasAsked || bytes < WORTH_KEEPING_BYTES || !('persist' in navigator.storage)) return;
  hasAsked = true;
  // A refusal changes nothing: the model is stored, and may be evicted.
  navigator.storage.persist().catch(() => {});
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
