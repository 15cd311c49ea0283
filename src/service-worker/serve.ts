import { EnvironmentError } from '../errors.ts';
import { type ServeOptions, takeControl } from './control.ts';
import { holdEarlyRequests } from './early-requests.ts';
import { type Connect, standAsHost } from './host.ts';

/**
 * Makes `/v1` of this origin be answered: registers the service worker, and stands as the page that hosts the engine
 * until `ended` aborts. Resolves when this page's own requests are answered; early ones wait until then.
 *
 * @throws EnvironmentError `engine_unavailable` where there are no service workers, or the file is not there.
 */
export async function serve(options: ServeOptions, connect: Connect, ended: AbortSignal): Promise<void> {
  const release = holdEarlyRequests();
  try {
    if (!navigator.serviceWorker || !navigator.locks) {
      const message = '/v1 takes service workers and Web Locks, which this browser has on https and localhost only.';
      throw new EnvironmentError(message, 'engine_unavailable');
    }
    await Promise.all([takeControl(options), standAsHost(connect, ended)]);
  } finally {
    release();
  }
}
