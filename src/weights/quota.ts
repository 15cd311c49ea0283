import { EnvironmentError } from '../errors.ts';

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

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
